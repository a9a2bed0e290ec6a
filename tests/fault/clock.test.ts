import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canFakeClock, fakeClock } from '../support/fakeClock.ts';
import { startCli } from '../support/runCli.ts';
import { Place, totalsOf, watchedOf } from '../support/uses.ts';

function inYear2099(place: Place): void {
  place.env = fakeClock(place.at('clock'), '+73y');
}

function backToday(place: Place): void {
  place.env = {};
}

describe.skipIf(!canFakeClock())('a clock that shows the year 2099 for one start', () => {
  test.each([
    ['first', true],
    ['last', false],
  ])('costs a batch nothing when it is the %s of two', async (_what, isFirst) => {
    const place = new Place();
    const args = ['-i', 'in', '-o', 'out'];
    place.image('in/a.png', 1);
    if (isFirst) inYear2099(place);
    expect(totalsOf(await place.run(args))).toMatchObject({ done: 1 });
    if (isFirst) backToday(place);
    else inYear2099(place);
    place.image('in/b.png', 2);
    expect(totalsOf(await place.run(args))).toMatchObject({ inputs: 2, done: 1, skipped: 1 });
    backToday(place);
    expect(totalsOf(await place.run(args))).toMatchObject({ inputs: 2, done: 0, skipped: 2 });
    const { text } = await place.command('jobs', 'list', '--json');
    const { batches } = JSON.parse(text) as { batches: { id: number }[] }; // as the contract has it
    expect(batches.map(({ id }) => id)).toEqual([3, 2, 1]);
  });

  test('makes nothing twice in a watched folder, and misses nothing', async () => {
    const place = new Place();
    place.image('in/a.png', 1);
    inYear2099(place);
    expect(watchedOf(await place.watch(['in', '-o', 'out']))).toEqual(['a.png: done']);
    backToday(place);
    place.image('in/b.png', 2);
    expect(watchedOf(await place.watch(['in', '-o', 'out']))).toEqual(['b.png: done']);
    place.image('in/a.png', 3);
    await place.watch(['in', '-o', 'out']);
    inYear2099(place);
    await place.watch(['in', '-o', 'out']);
    expect(place.files('out')).toEqual(['a_2x (2).png', 'a_2x.png', 'b_2x.png']);
  });
});

describe.skipIf(!canFakeClock())('a clock that jumps', () => {
  test.each(['+73y', '-20y'])(
    'by %s while a batch works changes nothing, and a second run touches none of its files',
    async (jump) => {
      const place = new Place();
      for (let index = 0; index < 12; index++) place.image(`in/${index}.png`, index);
      const clock = place.at('clock');
      const args = [
        'run',
        '-n',
        'nearest',
        '-s',
        '2',
        '-i',
        'in',
        '-o',
        'out',
        '--json',
        '--data',
        place.at('one'),
      ];
      const first = startCli(args, place.root, fakeClock(clock));
      await first.until('"job-done"');
      writeFileSync(clock, jump);
      const second = await place.run(['-i', 'in', '-o', 'out', '--data', place.at('two')]);
      const end = await first.finished;
      expect([end.code, second.code]).toEqual([0, 0]);
      expect(place.files('out')).toHaveLength(12);
    },
  );
});
