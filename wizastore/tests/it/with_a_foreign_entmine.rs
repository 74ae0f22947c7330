//! The promises that EntMine has a part in, with an EntMine by somebody else.

use crate::shop::Setting;

const ENGINE: Setting = Setting::Foreign;

#[path = "breaking.rs"]
mod breaking;
#[path = "cancelling.rs"]
mod cancelling;
#[path = "failing.rs"]
mod failing;
#[path = "operating.rs"]
mod operating;
#[path = "order.rs"]
mod order;
#[path = "reconciling.rs"]
mod reconciling;
#[path = "recovery.rs"]
mod recovery;
