//! Runbooks as they stand in `deploy/runbooks`: the commands in them, by name.
//!
//! A block that begins with ` ```sh NAME ` is executed by some drill, under that
//! name. There is no other kind of block: what nobody executes may not work.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

const FENCE: &str = "```";
/// Says how to read the others, and has no commands to execute.
const README: &str = "README";

/// A runbook.
#[derive(Clone, Debug)]
pub(crate) struct Runbook {
    /// The file's name without its ending.
    pub(crate) name: String,
    /// By name.
    pub(crate) blocks: BTreeMap<String, Block>,
}

/// Commands that stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// Where it begins, from 1.
    pub(crate) line: usize,
    pub(crate) commands: String,
}

impl Runbook {
    /// Takes a text apart.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self> {
        let mut blocks = BTreeMap::new();
        let mut lines = text.lines().zip(1..);
        while let Some((line, number)) = lines.next() {
            let Some(info) = line.trim_start().strip_prefix(FENCE) else {
                continue;
            };
            let at = || format!("{name}.md, line {number}");
            let block = info.strip_prefix("sh ").map(str::trim);
            let Some(block) = block.filter(|block| !block.is_empty()) else {
                bail!(
                    "{}: write ```sh and a name, by which a drill knows it",
                    at()
                );
            };
            let inner: Vec<&str> = lines
                .by_ref()
                .map(|(line, _)| line)
                .take_while(|line| line.trim() != FENCE)
                .collect();
            let commands = inner.join("\n");
            ensure!(!commands.trim().is_empty(), "{}: nothing to execute", at());
            let line = number;
            let former = blocks.insert(block.to_owned(), Block { line, commands });
            ensure!(former.is_none(), "{}: a second block `{block}`", at());
        }
        Ok(Self {
            name: name.to_owned(),
            blocks,
        })
    }

    /// The commands of that name.
    pub(crate) fn block(&self, name: &str) -> Result<&Block> {
        let block = self.blocks.get(name);
        block.with_context(|| format!("{}.md has no block `{name}`", self.name))
    }
}

/// All of a folder, by name.
pub(crate) fn read_all(folder: &Path) -> Result<BTreeMap<String, Runbook>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if path.extension().is_some_and(|it| it == "md") && name != README {
            let runbook = Runbook::parse(&name, &fs::read_to_string(&path)?)?;
            all.insert(name.into_owned(), runbook);
        }
    }
    Ok(all)
}

/// Where they stand in the repository.
pub(crate) fn folder() -> PathBuf {
    deploy().join("runbooks")
}

/// What a server is deployed with.
pub(crate) fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# Down

```sh look
curl one   # why
curl two
```

Then:

   ```sh start
   systemctl start tasuki
   ```
";

    #[test]
    fn blocks_are_found_by_their_names_with_their_commands() {
        let runbook = Runbook::parse("down", TEXT).expect("a runbook");
        let look = runbook.block("look").expect("a block");
        assert_eq!(look.line, 3);
        assert_eq!(look.commands, "curl one   # why\ncurl two");
        let start = runbook.block("start").expect("a block");
        assert_eq!(start.commands.trim(), "systemctl start tasuki");
        let error = runbook.block("stop").expect_err("there is none");
        assert_eq!(error.to_string(), "down.md has no block `stop`");
    }

    #[test]
    fn a_block_that_no_drill_could_name_is_refused() {
        for (text, told) in [
            ("```sh\ndf\n```\n", "line 1: write ```sh and a name"),
            ("text\n```text x\n```\n", "line 2: write ```sh and a name"),
            ("```sh a\n\n```\n", "line 1: nothing to execute"),
            ("```sh a\nx\n```\n```sh a\ny\n```\n", "a second block `a`"),
        ] {
            let error = Runbook::parse("x", text).expect_err(text).to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
