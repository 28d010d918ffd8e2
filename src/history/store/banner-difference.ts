import { Buffer } from 'node:buffer';

/** How a banner differs from another: so many bytes alike at the start, so many at the end, and what is between, in base64. */
export type BannerDifference = readonly [start: number, end: number, between: string];

/**
 * The bytes that differ between two banners of one service, such as a date, or the salt of a handshake. Undefined where they are the
 * same. `patchBanner` is the inverse.
 */
export function bannerDifference(base: Uint8Array, banner: Uint8Array): BannerDifference | undefined {
  const most = Math.min(base.length, banner.length);
  let start = 0;
  while (start < most && base[start] === banner[start]) start += 1;
  if (start === base.length && start === banner.length) return undefined;
  let end = 0;
  while (end < most - start && base[base.length - 1 - end] === banner[banner.length - 1 - end]) end += 1;
  return [start, end, Buffer.from(banner.subarray(start, banner.length - end)).toString('base64')];
}

export function patchBanner(base: Uint8Array, [start, end, between]: BannerDifference): Uint8Array {
  return Buffer.concat([base.subarray(0, start), Buffer.from(between, 'base64'), base.subarray(base.length - end)]);
}
