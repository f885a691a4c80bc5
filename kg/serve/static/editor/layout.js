// Nodes and links in, places out: forces after Fruchterman and Reingold (1991), from a spiral, so
// that the same graph lies the same way.

const ROUNDS = 300;
/** Length at which a link rests, and the distance within which nodes push each other away. */
const REST = 90;
const REACH = 2.5 * REST;

/** Return a place {x, y} for each node; links are pairs of their numbers. */
export function place(count, links) {
  const turn = Math.PI * (3 - Math.sqrt(5));
  const places = Array.from({ length: count }, (_, at) => ({
    x: REST * 0.6 * Math.sqrt(at) * Math.cos(at * turn),
    y: REST * 0.6 * Math.sqrt(at) * Math.sin(at * turn),
  }));
  for (let round = 0; round < ROUNDS; round++) {
    const moves = places.map(({ x, y }) => ({ x: -x * 0.05, y: -y * 0.08 }));
    const push = (one, other, strength) => {
      const x = places[one].x - places[other].x || 0.01;
      const y = places[one].y - places[other].y || 0.01;
      const force = strength(Math.hypot(x, y));
      moves[one].x += x * force;
      moves[one].y += y * force;
      moves[other].x -= x * force;
      moves[other].y -= y * force;
    };
    for (let one = 0; one < count; one++)
      for (let other = 0; other < one; other++)
        push(one, other, (far) => (far < REACH ? (REST / far) ** 2 : 0));
    for (const [one, other] of links) push(one, other, (far) => -far / REST);
    const most = REST * (1 - round / ROUNDS);
    moves.forEach(({ x, y }, at) => {
      const slow = Math.min(1, most / Math.hypot(x, y)) || 0;
      places[at].x += x * slow;
      places[at].y += y * slow;
    });
  }
  return places;
}
