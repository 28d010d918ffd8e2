import { getSystemErrorMap } from 'node:util';
import { errorName, type KernelCalls } from './kernel-calls.js';
import { createMessages } from './kernel-messages.js';
import { openSendingSocket } from './kernel-raw-socket.js';
import { type OpenRawChannel, type RawFailure, sendBytes } from './raw-socket-channel.js';
import { type Batch, batchSize, createSendQueue } from './send-queue.js';

/** Opens the same channels, but that TCP is sent in batches from a socket of our own. */
export function sendingInBatches(open: OpenRawChannel, calls: KernelCalls): OpenRawChannel {
  return (options) => {
    const channel = open(options);
    if (options.protocol !== 'tcp') return channel;
    const fd = openSendingSocket(calls, options.family, sendBytes);
    // It sends as well, for somewhat more.
    if (fd === undefined) return channel;
    const queue = createSendQueue(() => batchOf(calls, fd));
    return {
      ...queue,
      close() {
        channel.close();
        queue.close(() => calls.close(fd));
      },
    };
  };
}

function batchOf(calls: KernelCalls, fd: number): Batch {
  const messages = createMessages(calls, batchSize);
  return {
    ...messages,
    send(from, to) {
      const sent = calls.sendMany(fd, messages.from(from), to - from, 0);
      return sent > 0 ? sent : failureOf(calls.errno());
    },
    sendAside(count, done) {
      calls.sendManyAside(fd, messages.memory, count, done);
    },
  };
}

function failureOf(errno: number): RawFailure {
  return { code: errorName(errno), message: getSystemErrorMap().get(-errno)?.[1] ?? `error ${errno}` };
}
