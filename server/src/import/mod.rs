//! A merchant's product file into EntMine.

mod perform;

pub use perform::{
    Done, Duplicates, Ended, ImportRequest, LinkedPictures, Step, carry_out, facts, look,
    look_alone, perform, report_line,
};
