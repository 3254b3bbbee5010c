//! Faults that can be planted in the code of nodes and messages, one at a time, so that the
//! simulation of clusters shows that it would find them.
//!
//! Only with the feature `planted-faults`, and then only on the thread that planted one;
//! otherwise [`planted`] is a constant.

/// What goes wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Frames held for want of code outlive their connection.
    HeldFramesOutliveLoss,
    /// What arrives is taken whatever epoch it is of.
    EpochNotCompared,
    /// Of a pair, only the frame that lacks code is held, not those behind it.
    LaterFramesNotHeld,
    /// A monitor stays when it has fired.
    MonitorStays,
    /// The loss of a connection fires no monitors.
    MonitorsOutliveLoss,
    /// A link stays when its connection is lost, and fires again.
    LinksOutliveLoss,
    /// Variables count as arrived once they have been sent.
    ReceiptNotAwaited,
    /// A unit is asked for by each message that needs it.
    FetchedAgain,
    /// What waited for an address goes on waiting when the attempt has failed.
    FailedDialKept,
    /// Replies are delivered when their call is over.
    LateReplyTaken,
    /// What is meant for one incarnation is sent to whoever answers at its address.
    AnyIncarnation,
    /// A monitor on a process that has ended is not answered.
    DeadNotTold,
    /// The end of a monitor is not heeded.
    DemonitorIgnored,
    /// What waits for a connection is overtaken by what is sent once there is one.
    DialOvertaken,
}

impl Fault {
    pub const ALL: &'static [Fault] = &[
        Fault::HeldFramesOutliveLoss,
        Fault::EpochNotCompared,
        Fault::LaterFramesNotHeld,
        Fault::MonitorStays,
        Fault::MonitorsOutliveLoss,
        Fault::LinksOutliveLoss,
        Fault::ReceiptNotAwaited,
        Fault::FetchedAgain,
        Fault::FailedDialKept,
        Fault::LateReplyTaken,
        Fault::AnyIncarnation,
        Fault::DeadNotTold,
        Fault::DemonitorIgnored,
        Fault::DialOvertaken,
    ];
}

#[cfg(feature = "planted-faults")]
mod selected {
    use super::Fault;
    use std::cell::Cell;

    thread_local! {
        static FAULT: Cell<Option<Fault>> = const { Cell::new(None) };
    }

    /// Plants a fault in the nodes of this thread, in the place of any other.
    pub fn plant(fault: Option<Fault>) {
        FAULT.set(fault);
    }

    pub(crate) fn planted(fault: Fault) -> bool {
        FAULT.get() == Some(fault)
    }
}

#[cfg(feature = "planted-faults")]
pub use selected::plant;
#[cfg(feature = "planted-faults")]
pub(crate) use selected::planted;

/// Whether the fault is planted.
#[cfg(not(feature = "planted-faults"))]
#[inline(always)]
pub(crate) const fn planted(_: Fault) -> bool {
    false
}
