//! The car on a bus of frames.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use super::wire::Bus;
use super::{Car, Scenario, Target};
use crate::frame::CanFrame;
use crate::isotp::{Channel, Options, Pci};
use crate::service::Framing;

/// The car of a scenario on CAN: frames in, frames out, flow control in both directions (ISO 15765-2, ISO 15765-4).
///
/// The call order is that of [`Channel`]: frames of the bus go to [`handle`](Self::handle), [`poll`](Self::poll) gives
/// what the ECUs send, and [`next_deadline`](Self::next_deadline) says when to ask again.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use cc_obd::frame::{CanFrame, CanId};
/// use cc_obd::sim::{CanCar, Scenario};
///
/// let mut car = CanCar::new(Scenario::standard());
/// car.handle(Duration::ZERO, &CanFrame::new(CanId::base(0x7DF)?, &[0x02, 0x01, 0x0D])?);
/// let due = car.next_deadline().unwrap();
/// let answer = car.poll(due).unwrap();
/// assert_eq!((answer.id().to_string(), &answer.data()[..4]), ("7E8".into(), &[0x03, 0x41, 0x0D, 0x00][..]));
/// # Ok::<(), cc_obd::frame::FrameError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CanCar {
    car: Car,
    bus: Bus,
    ecus: Vec<Node>,
}

/// One ECU's end of the transport.
#[derive(Clone, Debug)]
struct Node {
    channel: Channel,
    /// Messages that wait until they are due, and until the one before is out.
    waiting: VecDeque<(Duration, Vec<u8>)>,
}

impl CanCar {
    /// The car on its bus. A scenario of an older bus is put on CAN with 11 bits.
    pub fn new(scenario: Scenario) -> Self {
        let bus = Bus(if scenario.protocol < 6 { 6 } else { scenario.protocol });
        let options = Options { padding: Some(0xAA), ..Options::default() };
        let ecus = scenario.ecus.iter().enumerate().map(|(ecu, spec)| Node {
            channel: Channel::new(bus.address(ecu, spec.address), options),
            waiting: VecDeque::new(),
        });
        Self { ecus: ecus.collect(), bus, car: Car::new(scenario) }
    }

    /// The car behind the bus.
    pub fn car_mut(&mut self) -> &mut Car {
        &mut self.car
    }

    /// Takes a frame of the bus. Frames that are for no ECU, or damaged, are passed over as ECUs do.
    pub fn handle(&mut self, now: Duration, frame: &CanFrame) {
        let all = if self.bus.is_extended() { 0x18DB_33F1 } else { 0x7DF };
        if frame.id().raw() == all && frame.id().is_extended() == self.bus.is_extended() {
            // A request to all fits one frame.
            if let Ok(Pci::Single(request)) = Pci::parse(frame.data()) {
                self.request(now, Target::All, request);
            }
            return;
        }
        for ecu in 0..self.ecus.len() {
            let message = match self.ecus[ecu].channel.handle(now, frame) {
                Ok(Some(message)) => message.to_vec(),
                // A broken message is the tester's to send again.
                Ok(None) | Err(_) => continue,
            };
            self.request(now, Target::Ecu(ecu), &message);
        }
    }

    /// The next frame of an ECU that is due.
    pub fn poll(&mut self, now: Duration) -> Option<CanFrame> {
        for node in &mut self.ecus {
            if !node.channel.is_sending()
                && node.waiting.front().is_some_and(|(due, _)| *due <= now)
                && let Some((_, message)) = node.waiting.pop_front()
            {
                // A message without bytes is not in the queue, and the channel is free.
                let _ = node.channel.send(&message);
            }
            if let Ok(Some(frame)) = node.channel.poll(now) {
                return Some(frame);
            }
        }
        None
    }

    /// When [`poll`](Self::poll) has something to do next.
    pub fn next_deadline(&self) -> Option<Duration> {
        let nodes = self.ecus.iter().flat_map(|node| {
            let waiting = node.waiting.front().filter(|_| !node.channel.is_sending()).map(|(due, _)| *due);
            [waiting, node.channel.next_deadline()]
        });
        nodes.flatten().min()
    }

    fn request(&mut self, now: Duration, target: Target, request: &[u8]) {
        let pause = Duration::from_millis(u64::from(self.car.scenario().adapter.answer_ms));
        let mut due = now;
        for reply in self.car.answer(now, target, request, Framing::Can) {
            due += pause;
            if let Some(node) = self.ecus.get_mut(reply.ecu) {
                node.waiting.push_back((due, reply.message));
            }
        }
    }
}
