import type { AddressScan } from './address-scan.js';
import { secondSyn } from './handshake-times.js';
import { expectedWithin } from './round-trip.js';

/*
 * The last repeats wait until the kernel has sent its own second SYN and could be answered: by a service whose queue was full, by a host
 * that drops every first SYN, or by an ICMP error. Such a probe is worth two. All in milliseconds.
 */

/** How late the kernel's timer may be. */
const timerLate = 50;
/** From the second SYN on; ports that matter, and few ports, get more time. */
const patience = 150;
const morePatience = 500;

/** How long a patient probe waits. */
export function patientTimeout({ roundTrip }: AddressScan, matters: boolean): number {
  return secondSyn + Math.max(matters ? morePatience : patience, timerLate + expectedWithin(roundTrip));
}

/** Whether a probe that waits so long is sent twice, and the second could be answered in that time. */
export function isSentAgain({ plan, roundTrip }: AddressScan, waited: number): boolean {
  return !plan.isHalfOpen && waited >= secondSyn + timerLate + expectedWithin(roundTrip);
}
