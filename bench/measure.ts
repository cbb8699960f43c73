/** The measurements of one subject. Milliseconds, unless stated otherwise. */
export interface Spread {
  minimum: number;
  median: number;
  maximum: number;
}

/** With fewer rounds, the JavaScript compiler still optimizes the code while it is measured. */
export const WARM_UP = 200;

export interface Rounds {
  rounds: number;
  /** rounds before those, which are not counted */
  warmUp: number;
}

/** Measures the subjects in turns, so that other load on the machine affects all subjects in the same way. */
export async function measureInTurns<Name extends string>(
  subjects: Record<Name, () => unknown>,
  rounds: Rounds,
): Promise<Record<Name, Spread>> {
  const timed = mapValues(subjects, (subject) => async () => {
    const started = performance.now();
    await subject();
    return { ms: performance.now() - started };
  });
  return mapValues(await sampleInTurns(timed, rounds), ({ ms }) => ms);
}

/** The same for subjects that measure themselves, and return several numbers: each number gets its spread. */
export async function sampleInTurns<Name extends string, Key extends string>(
  subjects: Record<Name, () => Promise<Record<Key, number>>>,
  { rounds, warmUp }: Rounds,
): Promise<Record<Name, Record<Key, Spread>>> {
  const samples = mapValues(subjects, () => [] as Record<Key, number>[]);
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of Object.keys(subjects) as Name[]) {
      const sample = await subjects[name]();
      if (round >= 0) samples[name].push(sample);
    }
  }
  return mapValues(samples, (all) =>
    mapValues(all[0] as Record<Key, number>, (_, key) => spread(all.map((sample) => sample[key]))),
  );
}

export function spread(numbers: number[]): Spread {
  const sorted = numbers.slice().sort((a, b) => a - b);
  const at = (index: number) => sorted[index] as number;
  const middle = (sorted.length - 1) / 2;
  return {
    minimum: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    maximum: at(sorted.length - 1),
  };
}

function mapValues<Key extends string, Value, Mapped>(
  record: Record<Key, Value>,
  map: (value: Value, key: Key) => Mapped,
): Record<Key, Mapped> {
  return Object.fromEntries(
    (Object.entries(record) as [Key, Value][]).map(([key, value]) => [key, map(value, key)]),
  ) as Record<Key, Mapped>;
}
