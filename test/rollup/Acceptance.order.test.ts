import { elementAt } from "#protocol/errors.ts";
import { expectBroken, PAGE_ENTRY_POINTS } from "#support/entryPoints.ts";
import { attemptOf, PAGE_VIOLATIONS, speechOf, type Attempt } from "#support/pageViolations.ts";
import { paperWorld } from "#support/paper.ts";
import { staged } from "#support/stage.ts";

// Where two neighbours of a list are broken at once, the first is reported. So the list is in this order at every place.
describe("The acceptance rules are the same list in the same order", function () {
  const stage = staged(paperWorld);

  for (const point of PAGE_ENTRY_POINTS) {
    const list = PAGE_VIOLATIONS.filter(({ holdsAt }) => holdsAt?.(point) !== false);
    describe(point.name, function () {
      for (const [at, first] of list.slice(0, -1).entries()) {
        const second = elementAt(list, at + 1);
        it(`reports ${first.title} before ${second.title}`, async function () {
          const world = stage();
          let attempt: Attempt = await attemptOf(world);
          for (const { change } of [second, first]) attempt = { ...attempt, ...change(attempt, world) };
          for (const { prepare } of [second, first]) await prepare?.(world, attempt);
          const said = await speechOf(world, attempt);
          await expectBroken(point.say(world.here, said, attempt.at), world.here.gateway, first.broken(attempt, world));
        });
      }
    });
  }
});
