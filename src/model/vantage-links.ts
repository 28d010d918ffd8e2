/** A snapshot tells no more links than these: whoever shares so many with what it scans shares its link. */
export const mostLinks = 64;
