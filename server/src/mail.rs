//! E-mails to customers: through a mail server, or as files where there is none.

use crate::cli::ServeOptions;
use crate::mail_folder::MailFolder;
use crate::process::DRAIN;
use crate::secrets::{self, BadSecret};
use async_trait::async_trait;
use lettre::address::Envelope;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MessageBuilder};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use model::typed::mail_address;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use wizastore::{Mail, MailError, Mailer, Store};

/// How often the outbox is looked at when there was nothing in it.
const LOOK: Duration = Duration::from_secs(1);
/// A mail server that takes longer is busy; it is asked again later.
const ANSWER: Duration = Duration::from_secs(30);

/// Why no e-mail can be sent.
#[derive(Debug, thiserror::Error)]
pub enum BadMail {
    #[error("'{0}' is no sender; write ADDRESS or NAME <ADDRESS>")]
    From(String),
    /// What is wrong is not repeated: the address holds a password.
    #[error(
        "{} is not the address of a mail server, such as smtps://user:password@host",
        secrets::SMTP_URL
    )]
    Server,
    #[error(transparent)]
    Secret(#[from] BadSecret),
}

/// Where e-mails go.
enum Way {
    Server(AsyncSmtpTransport<Tokio1Executor>),
    Files(MailFolder),
}

/// What empties the store's outbox.
pub struct Post {
    way: Way,
    from: Mailbox,
    /// The shop's address, for links.
    shop: Option<String>,
}

impl Post {
    /// Prepares the way that options and environment say; nothing is sent yet.
    ///
    /// # Errors
    /// [`BadMail`], a sentence for the person who starts the program.
    pub fn open(options: &ServeOptions) -> Result<Self, BadMail> {
        let from = options.mail_from.parse();
        let way = match secrets::smtp_url()? {
            Some(url) => {
                let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url);
                let server = server.map_err(|_| BadMail::Server)?;
                Way::Server(server.timeout(Some(ANSWER)).build())
            }
            None => Way::Files(MailFolder::at(options.place.entmine.data.join("mail"))),
        };
        Ok(Self {
            way,
            from: from.map_err(|_| BadMail::From(options.mail_from.clone()))?,
            shop: options.public_url.clone(),
        })
    }

    /// Sends what is due until `stop`; what is under way then is sent to its end, for at most [`DRAIN`].
    pub async fn run(self, store: Store, stop: CancellationToken) {
        let working = async {
            loop {
                let shop = self.shop.as_deref();
                if let Err(error) = store.send_mails(&self, shop, &stop).await {
                    tracing::error!(%error, "the outbox of e-mails could not be read or written");
                }
                if let Err(error) = store.forget_mails(&self).await {
                    tracing::error!(%error, "copies of e-mails could not be erased");
                }
                let waiting = stop.run_until_cancelled(tokio::time::sleep(LOOK));
                if waiting.await.is_none() {
                    return;
                }
            }
        };
        let patience = async {
            stop.cancelled().await;
            tokio::time::sleep(DRAIN).await;
        };
        tokio::select! {
            () = working => {}
            () = patience => tracing::warn!("a mail server was slow: what it took may be sent to it again"),
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, MailError> {
        let never = |what: &str| MailError::Never(what.to_owned());
        let to = mailbox(&mail.to)
            .ok_or_else(|| never("the customer's address is none that mail can be sent to"))?;
        let host = self.from.email.domain();
        let name = self.from.name.as_ref().unwrap_or(&mail.from_name);
        let from = Mailbox::new(Some(name.clone()), self.from.email.clone());
        addressed(from, to)
            .subject(mail.subject.clone())
            .message_id(Some(format!("<{}@{host}>", mail.id)))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|error| never(&error.to_string()))
    }
}

#[async_trait]
impl Mailer for Post {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = self.message(mail)?;
        match &self.way {
            Way::Server(server) => match server.send(message).await {
                Ok(_) => Ok(()),
                Err(error) if error.is_permanent() => Err(MailError::Never(said(&error))),
                // Nothing was sent: lettre looks at what the server says that it takes.
                Err(error) if error.is_client() && !address_is_ascii(mail) => {
                    Err(MailError::Never(
                        "the part before the @ of the customer's address has letters that this mail \
                         server does not take (it does not offer SMTPUTF8)"
                            .to_owned(),
                    ))
                }
                Err(error) => Err(MailError::Later(said(&error))),
            },
            Way::Files(folder) => {
                let written = folder.write(&mail.id, message.formatted()).await;
                written.map_err(|error| MailError::Later(format!("no file in mail/: {error}")))
            }
        }
    }

    async fn forget(&self, id: &str) -> Result<(), MailError> {
        let Way::Files(folder) = &self.way else {
            return Ok(());
        };
        let removed = folder.remove(id).await;
        removed.map_err(|error| MailError::Later(format!("a file in mail/: {error}")))
    }
}

/// The beginning of an e-mail. The envelope is given, because lettre would read the addresses back out of the
/// header, and with them by its own rules.
pub fn addressed(from: Mailbox, to: Mailbox) -> MessageBuilder {
    let message = Message::builder();
    let message = match Envelope::new(Some(from.email.clone()), vec![to.email.clone()]) {
        Ok(envelope) => message.envelope(envelope),
        // Only without a recipient.
        Err(_) => message,
    };
    message.from(from).to(to)
}

/// Where an e-mail to a customer's address goes; nothing where none can.
///
/// A domain of letters beyond ASCII goes by the name that DNS knows, which every server takes. The
/// checkout's own check is the one that counts: lettre's takes no marks, which many scripts cannot be
/// written without.
pub fn mailbox(address: &str) -> Option<Mailbox> {
    let address = mail_address(address).ok()?;
    let (local, domain) = address.rsplit_once('@')?;
    Some(Mailbox::new(None, Address::new_dangerous(local, domain)))
}

/// Whether the part that only the recipient's server understands is ASCII.
fn address_is_ascii(mail: &Mail) -> bool {
    let local = mail.to.rsplit_once('@').map(|(local, _)| local);
    local.is_some_and(str::is_ascii)
}

/// What a mail server said, without its words, which may repeat an address.
fn said(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server answers {code}"),
        None if error.is_timeout() => "the mail server does not answer".to_owned(),
        None if error.is_client() => "the mail server does not offer what is needed".to_owned(),
        None if error.is_tls() => "no safe connection to the mail server".to_owned(),
        None => "the mail server cannot be reached".to_owned(),
    }
}
