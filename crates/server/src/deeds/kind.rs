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
    /// Somebody may log in.
    UserCreated,
    /// Another role, another password, or no login any more.
    UserChanged,
    /// Somebody may log in no more, and is forgotten.
    UserDeleted,
    /// Somebody logged in.
    LoggedIn,
    /// Somebody could not log in; of a flood of it, some.
    LoginRefused,
    /// Somebody logged out.
    LoggedOut,
    /// Somebody was logged out everywhere.
    SessionsEnded,
    /// A race was created.
    RaceCreated,
    /// A file was imported into a race.
    Imported,
    /// A new certificate is shown to who comes.
    CertificateRenewed,
    /// A new certificate could not be used; the old one goes on.
    CertificateRefused,
    /// Something was found wrong with the server for long enough that people are told.
    AlertFired,
    /// It is over.
    AlertCleared,
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
            Self::UserCreated => "user_created",
            Self::UserChanged => "user_changed",
            Self::UserDeleted => "user_deleted",
            Self::LoggedIn => "logged_in",
            Self::LoginRefused => "login_refused",
            Self::LoggedOut => "logged_out",
            Self::SessionsEnded => "sessions_ended",
            Self::RaceCreated => "race_created",
            Self::Imported => "imported",
            Self::CertificateRenewed => "certificate_renewed",
            Self::CertificateRefused => "certificate_refused",
            Self::AlertFired => "alert_fired",
            Self::AlertCleared => "alert_cleared",
            Self::OperationsArchived => "operations_archived",
            Self::OperationsRestored => "operations_restored",
        }
    }
}
