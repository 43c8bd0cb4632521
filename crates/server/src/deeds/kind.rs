//! What can be done to the server.

use schemars::JsonSchema;
use serde::Deserialize;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "OperationKind")]
pub(crate) enum Kind {
    /// The server began to serve.
    ProcessStarted,
    /// It stopped as planned. A start without a stop before it followed a crash.
    ProcessStopped,
    /// A switch was set.
    SettingChanged,
    /// A device may record.
    DeviceAdmitted,
    /// It may no longer.
    DeviceRevoked,
    /// A race was created.
    RaceCreated,
    /// A file was imported into a race.
    Imported,
    /// A month of operations was moved to a file.
    OperationsArchived,
    /// It was taken back from there.
    OperationsRestored,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ProcessStarted => "process_started",
            Self::ProcessStopped => "process_stopped",
            Self::SettingChanged => "setting_changed",
            Self::DeviceAdmitted => "device_admitted",
            Self::DeviceRevoked => "device_revoked",
            Self::RaceCreated => "race_created",
            Self::Imported => "imported",
            Self::OperationsArchived => "operations_archived",
            Self::OperationsRestored => "operations_restored",
        }
    }
}
