/** Of one subject's repetitions; milliseconds. */
export interface Spread {
  minimum: number;
  median: number;
  maximum: number;
}

/** Measures every subject in turn, again and again, so that whatever else the machine does meets all of them alike. */
export async function alternate<Name extends string>(
  subjects: Record<Name, () => unknown>,
  { rounds, warmUp }: { rounds: number; warmUp: number },
): Promise<Record<Name, Spread>> {
  const names = Object.keys(subjects) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of names) {
      const started = performance.now();
      await subjects[name]();
      if (round >= 0) times[name].push(performance.now() - started);
    }
  }
  return Object.fromEntries(names.map((name) => [name, spread(times[name])])) as Record<Name, Spread>;
}

export function spread(times: number[]): Spread {
  const sorted = times.slice().sort((a, b) => a - b);
  const at = (index: number) => sorted[index] as number;
  const middle = (sorted.length - 1) / 2;
  return {
    minimum: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    maximum: at(sorted.length - 1),
  };
}
