//! What is read off the metrics at a moment, as Prometheus would read it.

use std::collections::HashMap;

use crate::alerts::series::{Label, Series};

/// Values of labels by which a series is kept apart, with their names.
pub(crate) type Group = Vec<(&'static str, String)>;

/// A series at a moment: a value for each group.
pub(crate) type Values = HashMap<Group, f64>;

/// Reads the series that somebody watches, and passes over all others.
pub(crate) struct Reader {
    series: Vec<Series>,
    /// Which of them read samples of that name.
    by_name: HashMap<&'static str, Vec<usize>>,
}

/// A line of the metrics.
struct Printed<'t> {
    labels: Vec<(&'t str, &'t str)>,
    value: f64,
}

impl Reader {
    /// One of these series, each of them once.
    pub(crate) fn new(mut series: Vec<Series>) -> Self {
        let mut unique: Vec<Series> = Vec::new();
        for one in series.drain(..) {
            if !unique.contains(&one) {
                unique.push(one);
            }
        }
        let mut by_name: HashMap<_, Vec<usize>> = HashMap::new();
        for (place, one) in unique.iter().enumerate() {
            by_name.entry(one.name).or_default().push(place);
        }
        Self {
            series: unique,
            by_name,
        }
    }

    /// Where a series stands in what is read.
    pub(crate) fn place(&self, series: &Series) -> Option<usize> {
        self.series.iter().position(|one| one == series)
    }

    /// Reads the text of the metrics.
    pub(crate) fn read(&self, text: &str) -> Vec<Values> {
        let mut read = vec![Values::new(); self.series.len()];
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some(end) = line.find(['{', ' ']) else {
                continue;
            };
            let Some(places) = self.by_name.get(&line[..end]) else {
                continue;
            };
            let Some(printed) = Printed::read(&line[end..]) else {
                continue;
            };
            for place in places {
                let series = &self.series[*place];
                if let Some(group) = printed.group_in(series) {
                    *read[*place].entry(group).or_insert(0.0) += printed.value;
                }
            }
        }
        read
    }
}

impl<'t> Printed<'t> {
    /// What stands behind a name: labels, if there are any, and the value.
    fn read(rest: &'t str) -> Option<Self> {
        let (labels, value) = match rest.strip_prefix('{') {
            Some(rest) => rest.split_once("} ")?,
            None => ("", rest),
        };
        // Values of ours have neither quotes nor commas: routes, methods, words.
        let labels = labels.split(',').filter_map(|label| {
            let (name, value) = label.split_once('=')?;
            Some((name.trim(), value.trim_matches('"')))
        });
        let value = value.split_whitespace().next()?;
        Some(Self {
            labels: labels.collect(),
            value: value.parse().ok()?,
        })
    }

    fn label(&self, name: &str) -> &'t str {
        let mut labels = self.labels.iter();
        labels
            .find(|(of, _)| *of == name)
            .map_or("", |(_, value)| *value)
    }

    /// In which group of the series it counts, if it does.
    fn group_in(&self, series: &Series) -> Option<Group> {
        let fits = series.only.iter().all(|label| match label {
            Label::Is(name, value) => self.label(name) == *value,
            Label::IsNot(name, value) => self.label(name) != *value,
            Label::Failed => self.label("status").starts_with('5'),
            Label::OfJob => true,
        });
        let by = series.by.unwrap_or_default();
        fits.then(|| {
            let value = |name: &&'static str| (*name, self.label(name).to_owned());
            by.iter().map(value).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# TYPE tasuki_viewers gauge
tasuki_viewers 7
tasuki_requests_count{method=\"GET\",route=\"/ready\",status=\"503\"} 4
tasuki_requests_count{method=\"GET\",route=\"/api/races/{race}\",status=\"500\"} 2
tasuki_requests_count{method=\"POST\",route=\"/api/races\",status=\"201\"} 1
";

    #[test]
    fn samples_are_summed_by_the_labels_that_matter() {
        let viewers = Series::one("tasuki_viewers");
        let all = Series::all("tasuki_requests_count");
        let failed = all.only(&[Label::Failed, Label::IsNot("route", "/ready")]);
        let by_method = all.by(&["method"]);
        let reader = Reader::new(vec![viewers, all, failed, by_method, viewers]);
        let read = reader.read(TEXT);
        assert_eq!(read.len(), 4);
        let value = |series, group: Group| read[reader.place(&series).expect("read")][&group];
        assert_eq!(value(viewers, vec![]), 7.0);
        assert_eq!(value(all, vec![]), 7.0);
        assert_eq!(value(failed, vec![]), 2.0);
        assert_eq!(value(by_method, vec![("method", "POST".to_owned())]), 1.0);
        assert_eq!(value(by_method, vec![("method", "GET".to_owned())]), 6.0);
    }
}
