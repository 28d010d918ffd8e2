import { errorName, type KernelCalls } from './kernel-calls.js';

/** Numbers of `<sys/epoll.h>`; see epoll_ctl(2). */
const closeOnExec = 0o2000000;
const add = 1;
const remove = 2;
/** EPOLLOUT | EPOLLET: told when something changes; EPOLLERR and EPOLLHUP come unasked. */
const writableEdge = (0x4 | 0x80000000) >>> 0;

/** `struct epoll_event` is packed on x64 alone: 32 bits of events, then 64 bits of the caller's own. In bytes. */
const layouts = { x64: { size: 12, data: 4 }, other: { size: 16, data: 8 } } as const;
const batch = 512;

/** Sockets that wait to become connected or to fail. */
export interface ConnectQueue {
  /** Watches a socket, through all that becomes of it, until it is closed. `ticket` (32 bits) comes back with its news. */
  add(fd: number, ticket: number): boolean;
  /** Takes out a socket that lives on elsewhere. A closed one leaves by itself. */
  remove(fd: number): void;
  /** Sets whether the process is to stay alive for what is waited for. */
  hold(held: boolean): void;
  close(): void;
}

/**
 * Opens an epoll(7) instance that Node's own event loop watches, so that waiting costs nothing however many sockets wait.
 * `changed` is told each socket that may have become connected or have failed. Throws where the kernel gives no descriptor.
 */
export function openConnectQueue(calls: KernelCalls, changed: (fd: number, ticket: number) => void): ConnectQueue {
  const epoll = calls.epollCreate(closeOnExec);
  if (epoll === -1) throw new Error(`epoll_create1 ${errorName(calls.errno())}`);
  const { size, data } = process.arch === 'x64' ? layouts.x64 : layouts.other;
  const event = Buffer.alloc(size);
  const events = Buffer.alloc(size * batch);
  let drain: NodeJS.Immediate | undefined;

  let next = 0;
  let end = 0;

  const takeBatch = () => {
    drain = undefined;
    if (next >= end) {
      next = 0;
      end = calls.epollWait(epoll, events, batch, 0) * size;
    }
    try {
      while (next < end) {
        const at = next + data;
        next += size;
        changed(events.readInt32LE(at), events.readUInt32LE(at + 4));
      }
    } finally {
      // The kernel tells a change once: where a listener threw, the others are still to hear theirs.
      if (next < end) drain ??= setImmediate(takeBatch);
    }
  };
  const wakeup = calls.watch(epoll, () => {
    // koffi calls this outside of Node's own callbacks. In an immediate, ticks, promises and thrown errors work as they should.
    drain ??= setImmediate(takeBatch);
  });
  wakeup.unref();
  const close = () => {
    process.removeListener('exit', close);
    clearImmediate(drain);
    next = end;
    wakeup.close();
    calls.close(epoll);
  };
  // Node turns its loop once more while it takes itself down, and koffi 3.3 aborts the process if it is called in that turn.
  process.once('exit', close);

  return {
    add(fd, ticket) {
      event.writeUInt32LE(writableEdge, 0);
      event.writeInt32LE(fd, data);
      event.writeUInt32LE(ticket, data + 4);
      return calls.epollControl(epoll, add, fd, event) === 0;
    },
    remove(fd) {
      calls.epollControl(epoll, remove, fd, event);
    },
    hold(held) {
      if (held) wakeup.ref();
      else wakeup.unref();
    },
    close,
  };
}
