//! Published results, reproduced to the last figure where they are at hand.

use tasuki_testkit::datasets::dataset;
use tasuki_testkit::generate::seeded;

use rand::seq::SliceRandom;

use crate::support::{standings, text};

fn reproduces(name: &str) {
    let Some(data) = dataset(name) else {
        println!("data set {name} is not present");
        return;
    };
    let wrong = data.check(&standings(&data.facts()));
    assert_eq!(
        wrong,
        Vec::<String>::new(),
        "{} of {} figures",
        wrong.len(),
        data.expected.len()
    );
}

#[test]
fn devils_burdens_2024_comes_out_as_published() {
    reproduces("devils-burdens-2024");
}

#[test]
fn boston_2014_comes_out_as_published() {
    reproduces("boston-2014");
}

#[test]
fn any_order_of_the_passages_of_devils_burdens_gives_the_same_bytes() {
    let Some(mut data) = dataset("devils-burdens-2024") else {
        println!("data set devils-burdens-2024 is not present");
        return;
    };
    let published = text(&standings(&data.facts()));
    for seed in 0..10 {
        data.passages.shuffle(&mut seeded(seed));
        assert_eq!(text(&standings(&data.facts())), published, "seed {seed}");
    }
}
