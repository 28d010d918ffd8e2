import { Socket } from 'node:net';
import { type Address, formatEndpoint } from '../model/address.js';
import { messageOf } from '../model/errors.js';
import type { Dial, DialResult } from './dial.js';
import { errorName, type KernelCalls, loadKernelCalls } from './kernel-calls.js';
import { openConnectQueue } from './kernel-epoll.js';
import { createKernelRemote } from './kernel-remote.js';
import { addressFamilies } from './kernel-sockaddr.js';
import { createSocketPool, type KernelSocket } from './kernel-socket-pool.js';

/** A dial function that asks the kernel itself, or why there is none, in words. */
export type KernelDial = OpenKernelDial | { readonly available: false; readonly why: string };

interface OpenKernelDial {
  readonly available: true;
  readonly dial: Dial;
  /** Abandons what is under way and gives every descriptor back; accepted sockets live on. Safe to call twice. */
  close(): void;
}

/** SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, the same on x64 and arm64; see socket(2). */
const streamType = 0o1 | 0o4000 | 0o2000000;
/** EINTR, EALREADY and EINPROGRESS, likewise: the handshake goes on; see connect(2). */
const underWay: ReadonlySet<number> = new Set([4, 114, 115]);

/** How long refused sockets are kept for another attempt when nothing is under way. */
const idleMs = 1000;

type Done = (result: DialResult) => void;

/**
 * Makes a dial function that does what `createDial` does, with the same results, by non-blocking connect(2) and epoll(7): a
 * refused port never becomes an object of Node's, and its socket is used again. Never rejects.
 */
export async function createKernelDial(): Promise<KernelDial> {
  const support = await loadKernelCalls();
  if (!support.available) return support;
  try {
    return openKernelDial(support.calls);
  } catch (error) {
    return { available: false, why: `the kernel cannot be asked directly (${messageOf(error)})` };
  }
}

function openKernelDial(calls: KernelCalls): OpenKernelDial {
  const remote = createKernelRemote(calls);
  /** All that are open, idle ones too, by descriptor. */
  const sockets = new Map<number, KernelSocket>();
  const pool = createSocketPool();
  const failed = new Set<NodeJS.Immediate>();
  let waiting = 0;
  let mostWaiting = 0;
  let tickets = 0;
  let closed = false;
  let idleTimer: NodeJS.Timeout | undefined;

  const queue = openConnectQueue(calls, (fd, ticket) => {
    const socket = sockets.get(fd);
    // News of a descriptor that was closed while this batch was read, and perhaps handed out again; or of an idle socket.
    if (socket?.ticket !== ticket || socket.done === undefined) return;
    const { address, port, done } = socket;
    // Asked again, connect(2) tells what became of the first time, and after a failure leaves the socket as new.
    const errno = remote.connect(fd, address, port);
    if (underWay.has(errno)) return;
    settle(socket);
    const code = errno === 0 ? undefined : errorName(errno);
    if (code === undefined) {
      done(accept(fd));
      return;
    }
    if (code === 'ECONNREFUSED') pool.put(socket);
    else discard(socket);
    done({ kind: 'error', code, message: `connect ${code} ${formatEndpoint(address, port)}`, local: false });
  });

  const accept = (fd: number): DialResult => {
    sockets.delete(fd);
    queue.remove(fd);
    if (remote.isSelfConnected(fd)) {
      calls.close(fd);
      return { kind: 'self-connect' };
    }
    return { kind: 'accepted', socket: new Socket({ fd, readable: true, writable: true }) };
  };

  const settle = (socket: KernelSocket) => {
    socket.done = undefined;
    waiting -= 1;
    if (waiting > 0) return;
    queue.hold(false);
    idleTimer ??= setTimeout(() => {
      idleTimer = undefined;
      if (waiting === 0) discardIdle();
    }, idleMs).unref();
  };

  const discard = ({ fd }: KernelSocket) => {
    sockets.delete(fd);
    calls.close(fd);
  };
  const discardIdle = () => {
    for (let socket = pool.takeOldest(); socket !== undefined; socket = pool.takeOldest()) discard(socket);
  };

  /** A new socket, or the number of the error. */
  const open = (address: Address): KernelSocket | number => {
    // Idle sockets never make for more descriptors than attempts alone have needed.
    const surplus = sockets.size >= mostWaiting ? pool.takeOldest() : undefined;
    if (surplus !== undefined) discard(surplus);
    const fd = calls.socket(addressFamilies[address.family], streamType, 0);
    if (fd === -1) {
      const errno = calls.errno();
      // Whatever ran out, the next attempt shall not want for what lies idle here.
      discardIdle();
      return errno;
    }
    tickets = (tickets + 1) >>> 0;
    return { fd, ticket: tickets, address, port: 0, done: undefined, attempts: 0 };
  };

  /** Starts an attempt; the error's number where the call itself fails. */
  const start = (address: Address, port: number, done: Done): KernelSocket | number => {
    const socket = pool.take(address) ?? open(address);
    if (typeof socket === 'number') return socket;
    const errno = remote.connect(socket.fd, address, port);
    if (errno !== 0 && !underWay.has(errno)) {
      discard(socket);
      return errno;
    }
    if (socket.attempts === 0 && !queue.add(socket.fd, socket.ticket)) {
      const why = calls.errno();
      discard(socket);
      return why;
    }
    sockets.set(socket.fd, socket);
    socket.port = port;
    socket.done = done;
    socket.attempts += 1;
    waiting += 1;
    if (waiting === 1) queue.hold(true);
    if (waiting > mostWaiting) mostWaiting = waiting;
    return socket;
  };

  const tellFailure = (errno: number, address: Address, port: number, done: Done) => {
    const immediate = setImmediate(() => {
      failed.delete(immediate);
      const code = errorName(errno);
      const message = `connect ${code} ${formatEndpoint(address, port)}, before anything was sent`;
      done({ kind: 'error', code, message, local: true });
    });
    failed.add(immediate);
    return () => {
      failed.delete(immediate);
      clearImmediate(immediate);
    };
  };

  return {
    available: true,
    dial(address, port, done) {
      if (closed) throw new Error('dialled after it was closed');
      const socket = start(address, port, done);
      if (typeof socket === 'number') return tellFailure(socket, address, port, done);
      const attempt = socket.attempts;
      return () => {
        if (socket.done === undefined || socket.attempts !== attempt) return;
        settle(socket);
        discard(socket);
      };
    },
    close() {
      if (closed) return;
      closed = true;
      clearTimeout(idleTimer);
      for (const immediate of failed) clearImmediate(immediate);
      for (const socket of sockets.values()) {
        socket.done = undefined;
        calls.close(socket.fd);
      }
      sockets.clear();
      queue.close();
    },
  };
}
