//! The network between one replica and EntMine. It delays, loses, doubles and reorders, and what is
//! on its way arrives even when the sender is gone.

use super::ask::{Ask, Said};
use super::careless::Slip;
use super::replica::Life;
use super::world::World;
use crate::OrderKey;
use crate::erp::{Answered, CallError, EntMine, Found, Identity, Placed, Voided};
use async_trait::async_trait;
use model::{OrderPage, Reason, StockAnswer};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::sleep;

/// A few hundred orders need a few thousand calls.
const MOST_CALLS: u64 = 20_000;

type Reply = Result<Answered<Said>, CallError>;

/// How often what goes wrong, out of a thousand calls.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weather {
    pub refused: u64,
    pub busy: u64,
    pub request_lost: u64,
    pub reply_lost: u64,
    pub error: u64,
    pub unreadable: u64,
    pub twice: u64,
    pub garbled: u64,
    pub slow: u64,
    pub very_slow: u64,
    pub crash: u64,
}

/// What the network has for one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Fine,
    Refused,
    Busy,
    RequestLost,
    ReplyLost,
    Error,
    Unreadable,
    Garbled,
    Crash,
}

impl Weather {
    fn fate(&self, world: &World) -> Fate {
        let mut roll = world.chance.below(1000);
        for (fate, odds) in [
            (Fate::Refused, self.refused),
            (Fate::Busy, self.busy),
            (Fate::RequestLost, self.request_lost),
            (Fate::ReplyLost, self.reply_lost),
            (Fate::Error, self.error),
            (Fate::Unreadable, self.unreadable),
            (Fate::Garbled, self.garbled),
            (Fate::Crash, self.crash),
        ] {
            if roll < odds {
                return fate;
            }
            roll -= odds;
        }
        Fate::Fine
    }

    fn delay(&self, world: &World) -> Duration {
        let chance = &world.chance;
        Duration::from_millis(if chance.in_1000(self.very_slow) {
            world.count("messages later than a lease");
            chance.between(10_000, 90_000)
        } else if chance.in_1000(self.slow) {
            world.count("slow messages");
            chance.between(300, 5_000)
        } else {
            chance.between(1, 40)
        })
    }
}

/// One replica's way to EntMine, as long as that process lives.
pub struct Link {
    pub world: Arc<World>,
    pub life: Arc<Life>,
}

/// Tells the watch when a call ends, also one that is given up.
struct Call<'a> {
    world: &'a World,
    id: u64,
    clear: bool,
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.world.watch().end(self.id, self.clear);
    }
}

impl Link {
    async fn call(&self, ask: Ask) -> Reply {
        self.life.pass("net.send").await;
        let world = &self.world;
        let strict = !world.plan.clock_jumps && !world.plan.stalls;
        let id = world.watch().begin(&ask, &self.life.died, strict);
        if id > MOST_CALLS {
            world.runaway.cancel();
        }
        let mut call = Call {
            world,
            id,
            clear: false,
        };
        // The push keeps its own time; this is the client's, for whoever has none.
        let limit = world.plan.knobs.attempt + Duration::from_secs(1);
        let answer = tokio::time::timeout(limit, self.exchange(ask)).await;
        self.life.pass("net.receive").await;
        let answer = answer.unwrap_or_else(|_| ambiguous("no answer in time"));
        call.clear = match &answer {
            Ok(_) | Err(CallError::NotApplied { .. } | CallError::Contradiction { .. }) => true,
            Err(CallError::Ambiguous { .. } | CallError::Unreadable { .. }) => false,
        };
        answer
    }

    async fn exchange(&self, ask: Ask) -> Reply {
        let world = &self.world;
        let weather = world.weather();
        let fate = weather.fate(world);
        if fate == Fate::Refused || world.entmine_down() {
            world.count("refused connections");
            sleep(Duration::from_millis(1)).await;
            return Err(not_applied(None, None));
        }
        let (reply, answer) = oneshot::channel();
        world.on_the_way.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(carry(world.clone(), weather, fate, ask, reply));
        answer.await.unwrap_or_else(|_| {
            world.count("cut connections");
            if world.slip(Slip::CutIsNotApplied) {
                Err(not_applied(None, None))
            } else {
                ambiguous("connection reset")
            }
        })
    }
}

/// Brings a message to EntMine and its answer back.
async fn carry(
    world: Arc<World>,
    weather: Weather,
    fate: Fate,
    ask: Ask,
    mut reply: oneshot::Sender<Reply>,
) {
    sleep(weather.delay(&world)).await;
    world.on_the_way.fetch_sub(1, Ordering::SeqCst);
    if fate == Fate::RequestLost {
        world.count("lost requests");
        return lost(&world, reply).await;
    }
    if world.entmine_down() {
        return;
    }
    let from = world.books().identity.clone();
    if fate == Fate::Busy {
        world.count("503 with Retry-After");
        let wait = Duration::from_secs(world.chance.between(1, 20));
        let _ = reply.send(Err(not_applied(Some(wait), Some(from))));
        return;
    }
    let now_ms = world.clock.true_ms();
    let answer = ask.of(&mut world.books(), now_ms);
    world.trace(|| format!("EntMine: {} gives {answer:?}", ask.brief()));
    if world.chance.in_1000(weather.twice) {
        world.count("doubled messages");
        let (world, ask) = (world.clone(), ask.clone());
        world.on_the_way.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(async move {
            sleep(weather.delay(&world)).await;
            world.on_the_way.fetch_sub(1, Ordering::SeqCst);
            let now_ms = world.clock.true_ms();
            let answer = ask.of(&mut world.books(), now_ms);
            world.trace(|| format!("EntMine: {} again gives {answer:?}", ask.brief()));
        });
    }
    let said = match fate {
        Fate::Fine | Fate::Refused | Fate::Busy | Fate::RequestLost => {
            Ok(Answered { from, answer })
        }
        Fate::ReplyLost => {
            world.count("lost replies");
            return lost(&world, reply).await;
        }
        Fate::Crash => {
            world.count("crashes of EntMine");
            world.entmine_falls(Duration::from_millis(world.chance.between(200, 8_000)));
            return;
        }
        Fate::Error => {
            world.count("500 after the work was done");
            if world.slip(Slip::ErrorIsNotApplied) {
                Err(not_applied(None, Some(from)))
            } else if let (true, Ask::Place { .. }) = (world.slip(Slip::ErrorIsRejected), &ask) {
                let answer = Said::Placed(Placed::Rejected(vec![Reason::Discontinued {
                    sku: "OAK".into(),
                }]));
                Ok(Answered { from, answer })
            } else {
                ambiguous("500")
            }
        }
        Fate::Unreadable => {
            world.count("unreadable answers");
            world.watch().contradicted.extend(ask.key());
            Err(CallError::Unreadable {
                detail: "not JSON".into(),
            })
        }
        Fate::Garbled => {
            world.count("contradictory answers");
            world.watch().contradicted.extend(ask.key());
            garbled(&world, &ask, Answered { from, answer })
        }
    };
    tokio::select! {
        biased;
        () = reply.closed() => return,
        () = sleep(weather.delay(&world)) => {}
    }
    let _ = reply.send(said);
}

/// Nothing comes back: the caller finds out by itself, or hears that the connection was cut.
async fn lost(world: &World, mut reply: oneshot::Sender<Reply>) {
    if world.chance.in_1000(500) {
        reply.closed().await;
    }
}

fn garbled(world: &World, ask: &Ask, answered: Answered<Said>) -> Reply {
    let Answered { from, mut answer } = answered;
    let redirect = Err(CallError::Contradiction {
        detail: "a redirect".into(),
    });
    let Some(key) = ask.key() else {
        return ambiguous("garbled");
    };
    // One that the store has recorded: a lie about any other number cannot be noticed.
    let another = world.told().number_of_another(key);
    let acceptance = match &mut answer {
        Said::Placed(Placed::Accepted(acceptance)) | Said::Found(Found::Accepted(acceptance)) => {
            acceptance
        }
        Said::Placed(_) => {
            let answer = Said::Placed(Placed::KeyReused);
            return Ok(Answered { from, answer });
        }
        Said::Found(_) | Said::Voided(_) | Said::Page(_) => return redirect,
    };
    match (world.chance.below(5), another) {
        (0, _) => acceptance.total_minor += 1,
        (1, _) => acceptance.fingerprint = "sha256:00".into(),
        (2, Some(number)) => acceptance.number = number,
        // Another order's acceptance in full, as after a mix-up of connections. Whether the store knows
        // that number yet makes no difference: the key is wrong.
        (3, _) => match world.books().number_of_another(key) {
            Some(number) => {
                acceptance.key = "another".into();
                acceptance.number = number;
            }
            None => return redirect,
        },
        (_, _) => return redirect,
    }
    Ok(Answered { from, answer })
}

fn ambiguous(detail: &str) -> Reply {
    Err(CallError::Ambiguous {
        detail: detail.to_owned(),
    })
}

pub fn not_applied(retry_after: Option<Duration>, from: Option<Identity>) -> CallError {
    CallError::NotApplied {
        retry_after,
        from,
        detail: "not processed".into(),
    }
}

/// The part of an answer that belongs to the question.
fn only<T>(reply: Reply, take: impl Fn(Said) -> Option<T>) -> Result<Answered<T>, CallError> {
    let Answered { from, answer } = reply?;
    let answer = take(answer).ok_or_else(|| CallError::Contradiction {
        detail: "no answer to this".into(),
    })?;
    Ok(Answered { from, answer })
}

fn page(said: Said) -> Option<OrderPage> {
    match said {
        Said::Page(page) => page,
        _ => None,
    }
}

#[async_trait]
impl EntMine for Link {
    async fn place(
        &self,
        key: OrderKey,
        body: &[u8],
        number: Option<&str>,
        _deadline: Duration,
    ) -> Result<Answered<Placed>, CallError> {
        let ask = Ask::Place {
            key,
            body: body.to_vec(),
            number: number.map(str::to_owned),
        };
        only(self.call(ask).await, |said| match said {
            Said::Placed(placed) => Some(placed),
            _ => None,
        })
    }

    async fn find(&self, key: OrderKey) -> Result<Answered<Found>, CallError> {
        only(self.call(Ask::Find(key)).await, |said| match said {
            Said::Found(found) => Some(found),
            _ => None,
        })
    }

    async fn void(&self, key: OrderKey) -> Result<Answered<Voided>, CallError> {
        only(self.call(Ask::Void(key)).await, |said| match said {
            Said::Voided(voided) => Some(voided),
            _ => None,
        })
    }

    async fn orders(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        let ask = Ask::Orders(after.map(str::to_owned), limit);
        only(self.call(ask).await, page)
    }

    async fn changes(
        &self,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        let ask = Ask::Changes(after.map(str::to_owned), limit);
        only(self.call(ask).await, page)
    }

    async fn stock(&self, _skus: &[String]) -> Result<StockAnswer, CallError> {
        Err(CallError::Ambiguous {
            detail: "not simulated".into(),
        })
    }
}
