//! Notices that the files of a certificate have changed, and lets the new pair in.

use crate::deeds::{self, Kind, SERVER};
use crate::state::AppState;
use crate::tls::certificate::{Certificate, Renewal};
use crate::tls::pair::Stamp;

/// Looks at the files again and again, until the server stops. A change counts once
/// the files look the same twice: the two are written one after the other.
pub(crate) async fn follow(state: AppState, certificate: Certificate) {
    let mut known = certificate.loaded();
    let mut before = known;
    loop {
        tokio::select! {
            () = state.stop.cancelled() => return,
            () = tokio::time::sleep(certificate.look_every()) => {}
        }
        let now = stamped(&certificate).await;
        if now != known && now == before {
            known = now;
            renew(&state, &certificate).await;
        }
        before = now;
    }
}

/// Reads the pair again, and says what came of it.
pub(crate) async fn renew(state: &AppState, certificate: &Certificate) {
    let reading = certificate.clone();
    let files = certificate.files();
    let renewal = tokio::task::spawn_blocking(move || reading.renew()).await;
    let deed = match renewal {
        Err(_) | Ok(Renewal::Same) => return,
        Ok(Renewal::Renewed) => {
            let expires_at_s = certificate.expires_at_s();
            tracing::info!(cert = %files.cert.display(), expires_at_s, "the certificate was renewed");
            certificate.tell_concerns();
            deeds::deed(Kind::CertificateRenewed, SERVER).with("expires_at_s", expires_at_s)
        }
        Ok(Renewal::Refused(error)) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::error!(
                %error, cause, cert = %files.cert.display(), key = %files.key.display(),
                "the new certificate cannot be used, and the old one goes on: put it right \
                 before that expires"
            );
            deeds::deed(Kind::CertificateRefused, SERVER).with("why", error.to_string())
        }
    };
    deeds::tell(&*state.operations, deed).await;
}

async fn stamped(certificate: &Certificate) -> Option<Stamp> {
    let certificate = certificate.clone();
    let stamp = tokio::task::spawn_blocking(move || certificate.stamp()).await;
    stamp.ok().flatten()
}
