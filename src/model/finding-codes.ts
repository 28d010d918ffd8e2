/**
 * The closed set of what a finding can say. Each code goes with one outcome, which the headings name.
 * `fail` and `indeterminate` ones are never turned into `pass`, save a `fail` by an exception that holds (`excepted`).
 */
export const findingCodes = [
  // pass
  /** Open, as the rule wants it. */
  'open',
  /** Not open, as the rule wants it: the host refused. */
  'closed',
  /** Not open, as the rule wants it: silence or a firewall, which is weaker evidence than a refusal. */
  'filtered',
  /** A deviation that an exception allows until its last day. */
  'excepted',
  /** Open, named by no rule, and only to be reported (`unlisted: review`). */
  'review',
  /** No port is open beyond what has a finding of its own (`unlisted: deny`). */
  'nothing-unlisted',
  /** Likewise for services that are kept from the outside wherever they are (`unlisted: review`). */
  'none-found',
  /** Declared absent, and the host's own whole listing has no listener for it. */
  'not-running',

  // fail
  /** Open to a vantage that the rule keeps out. */
  'exposed',
  /** Open, and no rule allows it (`unlisted: deny`). */
  'unlisted',
  /** Open, and its exception has ended. */
  'exception-expired',
  /** Declared to be open, and not. */
  'missing',
  /** Another service answers than the rule names. */
  'wrong-service',
  /** Another product answers than the rule names. */
  'wrong-product',
  /** The version is below the least that the rule allows. */
  'too-old',
  /** The service speaks in clear text, and the rule wants TLS. */
  'tls-missing',
  /** TLS was negotiated in a version below the least that the rule allows. */
  'tls-too-old',
  /** The certificate has expired, or will too soon. */
  'certificate-expiring',
  /** The certificate is valid from a later day on. */
  'certificate-not-yet-valid',
  /** TLS below 1.2 is accepted (RFC 8996). */
  'tls-old-accepted',
  /** The certificate is not for the target (RFC 9525). */
  'certificate-name',
  /** A public service shows a certificate that vouches for itself. */
  'certificate-self-signed',
  /** Declared absent, and the host's own listing shows it listening, on whatever address. */
  'runs',

  // indeterminate
  /** Asked for, and neither open nor not: the observer's error stands in the evidence. */
  'unknown',
  /** Open, and what answers could not be told well enough to satisfy the rule. */
  'unidentified',
  /** The version could not be read or not be compared. */
  'version-unknown',
  /** The rule asks something of TLS, and nothing could be learnt of it. */
  'tls-unknown',
  /** Filtered, and the rule accepts a refusal only (`accept: [closed]`). */
  'not-proved',
  /** What was seen is older than the policy allows (`maxAge`). */
  'stale',
  /** As the rule wants it, and nobody has said yet who answers for the rule or why it is so. */
  'unreviewed',
  /** Ports that the policy needs were not scanned. */
  'not-covered',
  /** A target was not observed at all: no such name, no address, no lookup. */
  'not-observed',
  /** One address family of a target was not observed. */
  'family-not-observed',
  /** Addresses of a target were left out by `--exclude`, so that it was not wholly observed. */
  'address-excluded',
  /** The other side of a restriction can only be seen from another vantage. */
  'vantage-lacking',
  /** It cannot be told on which side of a restriction the vantage stands. */
  'vantage-unclear',
  /** No host entry of the policy speaks of it. */
  'no-rule',
  /** A host entry speaks of it, and none of its rules of anything that was scanned. */
  'nothing-decided',
  /** The scan was stopped before it had decided everything. */
  'incomplete',
  /** Open, seen from the host itself: would fail if the outside reached it. */
  'would-be-exposed',
  /** Anything else seen from the host itself, which shows what listens and not what is exposed. */
  'seen-from-itself',
  /** Declared absent and not in the host's own listing, which is not whole. */
  'absence-unproved',
] as const;

export type FindingCode = (typeof findingCodes)[number];
