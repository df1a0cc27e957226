import { randomBytes } from 'node:crypto';
import { InvalidInputError } from '../domain/errors.ts';
import type { AgentNow, AgentSecrets, People, Proof } from '../domain/ports/people.ts';
import type { Clock } from '../domain/ports/store.ts';
import type { Actor, Agent } from '../domain/types.ts';
import { requireAgent } from '../domain/accounts.ts';
import type { Keyring } from './keyring.ts';
import { hashSecret } from './secrets.ts';
import { base32, otpauthUri, stepOf } from './totp.ts';

const PURPOSE = 'second factor';
const ENROLMENT_PURPOSE = 'second factor enrolment';
const ENROLMENT_TTL_MS = 15 * 60_000;
/** RFC 4226 §4 recommends 160 bits. */
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;

export type Self = Extract<Actor, { kind: 'agent' }>;

/** `enrolment` holds the secret, sealed, until it is confirmed: nothing is kept before. */
export interface Enrolment { readonly secret: string; readonly uri: string; readonly enrolment: string }

/** A code from an app beside the password. */
export interface SecondFactor {
  /** For whoever has just given the right password. */
  enrol(agent: Agent): Enrolment;
  /**
   * Turns it on, and ends all sessions but this one: they began without it. @returns ten codes, each good once, for a lost device
   * @throws InvalidInputError (`code`, `enrolment`)
   */
  confirm(by: Self, sessionHash: string, given: { readonly enrolment: string; readonly code: string }): Promise<readonly string[]>;
  /** For whoever has just given the right password. @throws InvalidInputError (`code`) */
  disable(by: Self, secrets: AgentSecrets, code: string): Promise<Agent>;
  /** For somebody who lost it all. @throws InvalidInputError (`agentId`) */
  reset(by: Actor, agentId: string): Promise<Agent>;
  /** What the code proves, if it is this agent's and was not used before; null: no code is needed. @throws InvalidInputError (`code`) */
  proofOf(secrets: AgentSecrets, code: string | null | undefined): Proof | null;
}

export function createSecondFactor({ people, keyring, clock }: { people: People; keyring: Keyring; clock: Clock }): SecondFactor {
  function proofOf({ agent, sealedTotpSecret }: AgentSecrets, code: string | null | undefined): Proof | null {
    if (sealedTotpSecret === null) return null;
    const given = code?.replace(/[\s-]/g, '').toUpperCase() ?? '';
    if (given === '') throw new InvalidInputError('code', 'Enter the code from your app, or one of your recovery codes.');
    if (!/^\d{6}$/.test(given)) return { recoveryHash: hashSecret(given) };
    const secret = keyring.open(PURPOSE, agent.id, sealedTotpSecret);
    const totpStep = secret && stepOf(secret, given, clock.now());
    if (totpStep === null) throw wrongCode();
    return { totpStep };
  }

  return {
    enrol(agent) {
      const secret = randomBytes(SECRET_BYTES);
      const until = Buffer.alloc(8);
      until.writeBigUInt64BE(BigInt(clock.now() + ENROLMENT_TTL_MS));
      const enrolment = keyring.seal(ENROLMENT_PURPOSE, agent.id, Buffer.concat([until, secret]));
      return { secret: base32(secret), uri: otpauthUri(secret, agent.email), enrolment };
    },

    async confirm(by, sessionHash, { enrolment, code }) {
      const opened = keyring.open(ENROLMENT_PURPOSE, by.id, enrolment);
      if (!opened || Number(opened.readBigUInt64BE()) < clock.now()) throw new InvalidInputError('enrolment', 'This took too long. Begin again.');
      const secret = opened.subarray(8);
      const step = stepOf(secret, code.replace(/\s/g, ''), clock.now());
      if (step === null) throw wrongCode();
      const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
      const sealedSecret = keyring.seal(PURPOSE, by.id, secret);
      const recoveryHashes = codes.map((one) => hashSecret(one.replaceAll('-', '')));
      await people.changeAgent(by, by.id, ({ agent }: AgentNow) => {
        if (agent.hasSecondFactor) throw new InvalidInputError('enrolment', 'A second factor is on already. Turn it off first.');
        return { action: 'agent.second_factor_on', secondFactor: { sealedSecret, step, recoveryHashes }, endSessions: { butHash: sessionHash } };
      });
      return codes;
    },

    async disable(by, secrets, code) {
      const proof = proofOf(secrets, code);
      return requireAgent(await people.changeAgent(by, by.id, ({ agent }) => (
        agent.hasSecondFactor && proof ? { action: 'agent.second_factor_off', proof, secondFactor: null } : null
      )));
    },

    async reset(by, agentId) {
      if (by.kind === 'agent' && by.id === agentId) throw new InvalidInputError('agentId', 'Turn your own off with your password and a code.');
      return requireAgent(await people.changeAgent(by, agentId, ({ agent }) => (
        agent.hasSecondFactor ? { action: 'agent.second_factor_reset', secondFactor: null } : null
      )));
    },

    proofOf,
  };
}

/** 80 random bits, in four groups. */
function newRecoveryCode(): string {
  return base32(randomBytes(10)).match(/.{4}/g)?.join('-') ?? '';
}

function wrongCode(): InvalidInputError {
  return new InvalidInputError('code', 'This code is not right, or was used before.');
}
