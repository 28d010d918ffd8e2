/* Joins two Ethernet interfaces by a wire as long as one likes, which loses frames: for kernels without tc-netem(8).
 *
 *   long-wire INTERFACE INTERFACE DELAY_MS LOSS_PERCENT
 *
 * Each way holds every frame for the same time, so a queue in order of arrival is all that it takes. What finds the neighbour (ARP, and
 * ICMPv6's solicitation and advertisement) is never lost: a lost one costs any scanner a second, and would tell nothing about it.
 * Frames must come with their checksums and in the size of the wire: `ethtool -K INTERFACE tx off tso off gso off` at the far ends.
 * Prints "ready", and at SIGTERM its counts as JSON. `overrun` counts frames lost without having been meant to be. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

/* A power of two, and more than a wire of 50 ms holds at 500,000 frames a second. */
enum { FRAME_BYTES = 1600, RING_FRAMES = 1 << 15, BATCH = 128 };
/* Frames are moved this often, not one by one: the processor is shared with the scanner and with the host. */
static const long tick_ns = 200000;

struct frame { double due; unsigned length; unsigned char bytes[FRAME_BYTES]; };
/* `first` and `next` only grow; frame number N lies in slot N modulo the ring's size. */
struct way { int from, to; struct frame *ring; unsigned long first, next, passed, lost, overrun; };

static volatile sig_atomic_t stopped;
static void stop(int signal) { (void)signal; stopped = 1; }

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* George Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8(14), 2003: the triple 13, 7, 17. */
static uint64_t random_state = 88172645463325252ULL;
static double uniform(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (double)(random_state >> 11) / 9007199254740992.0;
}

static int finds_neighbour(const struct frame *frame) {
  const unsigned char *bytes = frame->bytes;
  unsigned type = frame->length < 14 ? 0 : (unsigned)(bytes[12] << 8 | bytes[13]);
  if (type == ETH_P_ARP) return 1;
  return type == ETH_P_IPV6 && frame->length > 54 && bytes[20] == IPPROTO_ICMPV6 && (bytes[54] == 135 || bytes[54] == 136);
}

static int open_interface(const char *name) {
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  struct packet_mreq promiscuous = {.mr_type = PACKET_MR_PROMISC};
  int bytes = 64 << 20, yes = 1, fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
  address.sll_ifindex = promiscuous.mr_ifindex = (int)if_nametoindex(name);
  if (fd < 0 || address.sll_ifindex == 0 ||
      setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes) ||
      setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous, sizeof promiscuous) ||
      setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) ||
      setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) ||
      bind(fd, (struct sockaddr *)&address, sizeof address)) {
    perror(name);
    exit(2);
  }
  return fd;
}

/* Takes in all that waits, as far as there is room; what there is no room for waits in the socket. */
static void take_in(struct way *way, double delay, double loss) {
  struct mmsghdr messages[BATCH];
  struct iovec buffers[BATCH];
  for (;;) {
    unsigned long room = RING_FRAMES - (way->next - way->first);
    unsigned wanted = room < BATCH ? (unsigned)room : BATCH;
    for (unsigned i = 0; i < wanted; i++) {
      struct frame *frame = &way->ring[(way->next + i) % RING_FRAMES];
      buffers[i] = (struct iovec){frame->bytes, FRAME_BYTES};
      messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &buffers[i], .msg_iovlen = 1}};
    }
    int got = wanted == 0 ? 0 : recvmmsg(way->from, messages, wanted, MSG_DONTWAIT, NULL);
    double due = seconds_now() + delay;
    for (int i = 0; i < got; i++) {
      struct frame *frame = &way->ring[way->next++ % RING_FRAMES];
      int is_whole = !(messages[i].msg_hdr.msg_flags & MSG_TRUNC);
      frame->due = due;
      frame->length = messages[i].msg_len;
      int is_lost = loss > 0 && is_whole && !finds_neighbour(frame) && uniform() < loss;
      way->lost += (unsigned long)is_lost;
      way->overrun += (unsigned long)!is_whole;
      if (is_lost || !is_whole) frame->length = 0;
    }
    if (got < (int)wanted || wanted < BATCH) return;
  }
}

static void pass_on(struct way *way) {
  struct mmsghdr messages[BATCH];
  struct iovec buffers[BATCH];
  double now = seconds_now();
  while (way->first < way->next && way->ring[way->first % RING_FRAMES].due <= now) {
    unsigned count = 0;
    for (; count < BATCH && way->first < way->next; way->first++) {
      struct frame *frame = &way->ring[way->first % RING_FRAMES];
      if (frame->due > now) break;
      if (frame->length == 0) continue;
      buffers[count] = (struct iovec){frame->bytes, frame->length};
      messages[count] = (struct mmsghdr){.msg_hdr = {.msg_iov = &buffers[count], .msg_iovlen = 1}};
      count++;
    }
    for (unsigned done = 0; done < count;) {
      int sent = sendmmsg(way->to, messages + done, count - done, 0);
      /* The one that could not be sent is gone; those behind it go on. */
      if (sent <= 0) way->overrun++;
      else way->passed += (unsigned long)sent;
      done += sent <= 0 ? 1 : (unsigned)sent;
    }
  }
}

static void print_counts(const struct way ways[2]) {
  unsigned long passed = 0, lost = 0, overrun = 0;
  for (int i = 0; i < 2; i++) {
    struct tpacket_stats kernel = {0};
    socklen_t size = sizeof kernel;
    getsockopt(ways[i].from, SOL_PACKET, PACKET_STATISTICS, &kernel, &size);
    passed += ways[i].passed;
    lost += ways[i].lost;
    overrun += ways[i].overrun + kernel.tp_drops;
  }
  printf("{\"passed\":%lu,\"lost\":%lu,\"overrun\":%lu}\n", passed, lost, overrun);
}

int main(int count, char **arguments) {
  if (count != 5) {
    fprintf(stderr, "usage: long-wire INTERFACE INTERFACE DELAY_MS LOSS_PERCENT\n");
    return 2;
  }
  double delay = atof(arguments[3]) / 1e3, loss = atof(arguments[4]) / 100;
  int fds[2] = {open_interface(arguments[1]), open_interface(arguments[2])};
  struct way ways[2] = {{.from = fds[0], .to = fds[1]}, {.from = fds[1], .to = fds[0]}};
  for (int i = 0; i < 2; i++) {
    ways[i].ring = calloc(RING_FRAMES, sizeof *ways[i].ring);
    if (ways[i].ring == NULL) {
      perror("long-wire");
      return 2;
    }
  }
  signal(SIGTERM, stop);
  printf("ready\n");
  fflush(stdout);
  while (!stopped) {
    struct pollfd arrivals[2] = {{fds[0], POLLIN, 0}, {fds[1], POLLIN, 0}};
    struct timespec tick = {0, tick_ns};
    int is_empty = ways[0].first == ways[0].next && ways[1].first == ways[1].next;
    /* A signal that comes just before the wait is seen after it. */
    if (is_empty) poll(arrivals, 2, 100);
    else nanosleep(&tick, NULL);
    for (int i = 0; i < 2; i++) {
      take_in(&ways[i], delay, loss);
      pass_on(&ways[i]);
    }
  }
  print_counts(ways);
  return 0;
}
