import type { Addresses } from './address.ts';
import { createAddresses } from './address.ts';
import { createFlow } from './flow.ts';
import type { Limits } from './limits.ts';
import { createLimits, UNLIMITED } from './limits.ts';
import type { Places } from './places.ts';
import { createPlaces } from './places.ts';
import { PLACES } from './rates.ts';

/** All that bounds what callers take, for the doors. */
export interface Limiting {
  readonly limits: Limits;
  readonly addresses: Addresses;
  /** Connections that may be open at once: sockets and event streams of a session, and sockets of an address behind which nobody is known yet. */
  readonly places: { readonly sockets: Places; readonly streams: Places; readonly strangers: Places };
  newFlow(): ReturnType<typeof createFlow>;
}

export interface LimitingOptions {
  readonly rateLimits: boolean;
  readonly trustedProxies: readonly string[];
  /** Milliseconds that no change of the wall clock moves. */
  readonly monotonic?: () => number;
}

const unbounded = (): number => 0;

export function createLimiting({ rateLimits, trustedProxies, monotonic = () => performance.now() }: LimitingOptions): Limiting {
  const places = (max: number): Places => createPlaces(rateLimits ? max : Infinity);
  return {
    limits: rateLimits ? createLimits(monotonic) : UNLIMITED,
    addresses: createAddresses(trustedProxies),
    places: {
      sockets: places(PLACES.socketsPerSession), streams: places(PLACES.streamsPerSession), strangers: places(PLACES.strangersPerAddress),
    },
    newFlow: () => (rateLimits ? createFlow(monotonic) : unbounded),
  };
}
