import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createAddresses } from '../../server/limits/address.ts';

const PROXIES = ['127.0.0.0/8', '::1', '10.0.0.0/8', '2001:db8:1::/48'];

function asked(remoteAddress: string, forwarded?: string): IncomingMessage {
  return { socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } } as unknown as IncomingMessage;
}

describe('who is at the other end', () => {
  it.each([
    ['203.0.113.7', undefined, '203.0.113.7'],
    ['::ffff:203.0.113.7', undefined, '203.0.113.7'],
    ['2001:db8:a:b:1:2:3:4', undefined, '2001:db8:a:b::/64'],
    ['2001:DB8:A:B::9', undefined, '2001:db8:a:b::/64'],
    ['2001:db8::9', undefined, '2001:db8:0:0::/64'],
    ['fe80::1%eth0', undefined, 'fe80:0:0:0::/64'],
    ['127.0.0.1', undefined, '127.0.0.1'],
    ['::1', undefined, '0:0:0:0::/64'],
  ])('%s without a proxy', (remote, forwarded, expected) => {
    expect(createAddresses([]).of(asked(remote, forwarded))).toBe(expected);
    expect(createAddresses(PROXIES).of(asked(remote, forwarded))).toBe(expected);
  });

  it('R13 X-Forwarded-For counts for nothing unless a trusted proxy sends it', () => {
    expect(createAddresses([]).of(asked('127.0.0.1', '198.51.100.1'))).toBe('127.0.0.1');
    expect(createAddresses(PROXIES).of(asked('203.0.113.7', '198.51.100.1'))).toBe('203.0.113.7');
    expect(createAddresses([]).isUntrustedProxy(asked('127.0.0.1', '198.51.100.1'))).toBe(true);
    expect(createAddresses(PROXIES).isUntrustedProxy(asked('127.0.0.1', '198.51.100.1'))).toBe(false);
  });

  it.each([
    ['one proxy', '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['a proxy that is spoken to over IPv6', '::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['two proxies', '10.1.1.1', '198.51.100.1, 10.2.2.2', '198.51.100.1'],
    ['what the caller made up, before what the proxy saw', '127.0.0.1', '8.8.8.8, 198.51.100.1', '198.51.100.1'],
    ['a made-up trusted address', '127.0.0.1', '10.0.0.1, 198.51.100.1', '198.51.100.1'],
    ['an IPv6 caller', '127.0.0.1', '2001:db8:a:b::9', '2001:db8:a:b::/64'],
    ['an IPv6 caller with a port', '127.0.0.1', '[2001:db8:a:b::9]:4711', '2001:db8:a:b::/64'],
    ['an IPv4 caller with a port', '127.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['an IPv6 proxy', '2001:db8:1::5', '198.51.100.1', '198.51.100.1'],
    ['no address at all', '127.0.0.1', 'unknown', '127.0.0.1'],
    ['nonsense before the proxy’s word', '127.0.0.1', '"><script>, 198.51.100.1', '198.51.100.1'],
    ['nothing', '127.0.0.1', '', '127.0.0.1'],
    ['only proxies', '127.0.0.1', '10.3.3.3', '10.3.3.3'],
  ])('R13 with trusted proxies, the first from the right that is none of them: %s', (_, remote, forwarded, expected) => {
    expect(createAddresses(PROXIES).of(asked(remote, forwarded))).toBe(expected);
  });
});
