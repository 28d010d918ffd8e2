import { growByWindowful, growWindow, openWindow, shrinkWindow } from './window.js';

/**
 * Keeps this machine within its own means: fewer probes at once, and a pause, whenever it runs short of something. It begins with few,
 * since the first packets to a router wait in little space until its address is known (arp(7), unres_qlen).
 */
export interface Throttle {
  /** Whether another probe may be sent at this time. */
  hasRoom(now: number): boolean;
  /** A probe was sent, or is over. */
  begin(): void;
  end(): void;
  /** A probe got through. */
  gotThrough(): void;
  /** A probe could not be sent. True where slowing down has not helped for so long that there is no hope. */
  ranShort(now: number): boolean;
}

/** However short this machine runs, this many probes at once are tried. */
const leastWindow = 4;
/** Probes at once to begin with, and how soon twice as many where nothing answers, in milliseconds; answers tell sooner. */
const firstWindow = 64;
const doubling = 50;
/** After a shortage nothing is started for this long, in milliseconds. */
const pause = 50;
/** Shortages in a row after which an endpoint is given up. */
const hopeless = 100;

export function createThrottle(maximumWindow: number, startedAt: number): Throttle {
  let window = openWindow(firstWindow, leastWindow, maximumWindow);
  let grownAt = startedAt;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let shortages = 0;
  let underWay = 0;
  return {
    hasRoom(now) {
      if (now < pausedUntil) return false;
      if (underWay < Math.floor(window.size)) return true;
      if (window.size >= window.threshold || now - grownAt < doubling) return false;
      grownAt = now;
      window = growByWindowful(window);
      return true;
    },
    begin() {
      underWay += 1;
    },
    end() {
      underWay -= 1;
    },
    gotThrough() {
      shortages = 0;
      window = growWindow(window);
    },
    ranShort(now) {
      if (shortages >= hopeless) return true;
      // Of many probes that were started at once, many fail at once: that is one shortage.
      if (now < pausedUntil) return false;
      shortages += 1;
      window = shrinkWindow(window);
      pausedUntil = now + pause;
      return false;
    },
  };
}
