import { rm } from 'node:fs/promises';
import { FetchError, fetchModel } from '../bot/model/fetch-model.ts';
import type { Place } from '../bot/model/files.ts';
import { FETCH_COMMAND, findDamaged, findFault, isRuntimeInstalled, MODEL, placeOf } from '../bot/model/files.ts';
import type { Config } from '../config.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { Finding } from './checks.ts';

const MB = 1_000_000;
const NO_RUNTIME = 'the package @xenova/transformers, which runs the text model, is not installed';

/** Brings the text model into the data folder. What is there and whole stays. A running server uses it from its next question on. @returns 1 if it did not come */
export async function fetchTextModel(config: Config): Promise<number> {
  const place = requireOurs(config);
  if (config.botOffline) throw new InvalidInputError('model', 'BOT_OFFLINE=1 keeps the text model from the network.');
  let told = -1;
  const onProgress = (doneBytes: number, totalBytes: number): void => {
    const tenth = Math.floor((10 * doneBytes) / totalBytes);
    if (tenth > told) console.error(`${10 * tenth} % of ${Math.round(totalBytes / MB)} MB`);
    told = Math.max(told, tenth);
  };
  try {
    await fetchModel({ hub: config.modelHub, place, onProgress, signal: new AbortController().signal });
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    console.error(`The text model could not be fetched: ${error.message}.`);
    return 1;
  }
  console.log(`${MODEL} is in ${place.folder}.`);
  if (!isRuntimeInstalled()) console.error(`NOTE: ${NO_RUNTIME}. npm install brings it, where there is a build for this system.`);
  return 0;
}

/** Says how the text model is, and reads all of it for that. @returns 1 if the bot has to do without */
export async function showTextModel(config: Config): Promise<number> {
  const { level, what, mend } = await textModelOf(config);
  const damaged = config.llm ? [] : await findDamaged(placeOf(config));
  if (level === 'ok' && damaged.length === 0) {
    console.log(`${what}.`);
    return 0;
  }
  console.log(damaged.length > 0 ? `${damaged.join(', ')}: damaged. Bring it again: ${FETCH_COMMAND}` : `${what}. ${mend}`);
  return 1;
}

/** Removes the text model from the data folder. */
export async function removeTextModel(config: Config): Promise<number> {
  const { folder } = requireOurs(config);
  await rm(folder, { recursive: true, force: true });
  console.log(`${folder} is removed.`);
  return 0;
}

/** For the doctor: the bot answers without it, so it is a hint at most. */
export async function textModelOf(config: Config): Promise<Finding> {
  if (config.bot !== 'on') return { level: 'ok', what: `the bot does without a text model (BOT=${config.bot})` };
  if (config.llm) return { level: 'ok', what: `the text model is ${config.llm.model} at ${new URL(config.llm.url).host}` };
  if (!isRuntimeInstalled()) return { level: 'hint', what: NO_RUNTIME, mend: 'npm install brings it, where there is a build for this system. BOT=rules does without.' };
  const place = placeOf(config);
  const fault = await findFault(place);
  if (fault === null) return { level: 'ok', what: `the text model ${place.name} is in ${place.folder}` };
  return { level: 'hint', what: `no text model: ${fault}`, mend: place.isOurs ? `Bring it: ${FETCH_COMMAND}. BOT=rules does without.` : 'MODEL_DIR has to name a folder with all of its files.' };
}

function requireOurs(config: Config): Place {
  const place = placeOf(config);
  if (!place.isOurs) throw new InvalidInputError('model', 'MODEL_DIR names a folder of your own, which is only read. Leave it out.');
  return place;
}
