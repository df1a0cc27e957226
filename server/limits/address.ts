import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** Where requests come from, by what the system says and what proxies say whom the operator trusts. */
export interface Addresses {
  /**
   * Who is at the other end, as limits count them: an IPv4 address, or the /64 network of an IPv6 address, which is what one household gets. `X-Forwarded-For` counts only
   * from trusted proxies, read from the right: the first that is not one of them is the caller.
   */
  of(request: IncomingMessage): string;
  /** A proxy seems to have passed it on that is not trusted: all who come through it count as one. */
  isUntrustedProxy(request: IncomingMessage): boolean;
}

/** @param proxies addresses and networks such as 10.0.0.0/8 */
export function createAddresses(proxies: readonly string[]): Addresses {
  const trusted = new BlockList();
  for (const proxy of proxies) {
    const [address = '', prefix] = proxy.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  const isTrusted = (address: string): boolean => isIP(address) !== 0 && trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

  return {
    of(request) {
      let caller = plain(request.socket.remoteAddress ?? '');
      for (const hop of hopsOf(request).reverse()) {
        if (!isTrusted(caller)) break;
        // What is no address was made up by somebody further away: the last one that was vouched for counts.
        if (isIP(hop) === 0) break;
        caller = hop;
      }
      return isIPv6(caller) ? networkOf(caller) : caller;
    },
    isUntrustedProxy: ({ headers, socket }) => (headers['x-forwarded-for'] ?? headers.forwarded) !== undefined && !isTrusted(plain(socket.remoteAddress ?? '')),
  };
}

function hopsOf({ headers }: IncomingMessage): string[] {
  const given = headers['x-forwarded-for'];
  return (Array.isArray(given) ? given.join(',') : given ?? '').split(',').map((hop) => plain(hop.trim())).filter((hop) => hop !== '');
}

/** An IPv4 address is written in several ways: as itself, within IPv6, and by some proxies with a port behind it. */
function plain(address: string): string {
  const bare = address.replace(/^\[(.+)\](?::\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  return bare.replace(/^::ffff:(?=\d+\.)/i, '');
}

/** The first four groups, written out. */
function networkOf(address: string): string {
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = !tail ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
