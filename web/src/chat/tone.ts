let context: AudioContext | null = null;

/** Two short rising notes, quiet. Silent until the page has been touched or typed on: browsers want it so. */
export async function playTone(): Promise<void> {
  context ??= new AudioContext();
  await context.resume();
  note(context, 660, 0);
  note(context, 880, 0.09);
}

function note(audio: AudioContext, hertz: number, afterSeconds: number): void {
  const at = audio.currentTime + afterSeconds;
  const oscillator = new OscillatorNode(audio, { frequency: hertz });
  const gain = new GainNode(audio, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.12, at + 0.01);
  gain.gain.exponentialRampToValueAtTime(0.001, at + 0.25);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.26);
}
