// What a client of drops writes, whatever the dialect: @KEY@ is where codes stand, @code@ how one is written.
import type { paths } from "./document";

type Responses = paths["/v1/drops/{id}"]["patch"]["responses"];
type Body<R> = R extends { content: infer C } ? C[keyof C] : never;

export function tooLarge(problem: Body<Responses[413]>): number {
  switch (problem["@KEY@"]) {
    case "@quota_exceeded@":
      return problem.limit;
    case "@content_too_large@":
      return 0;
    default: {
      const rest: never = problem;
      return rest;
    }
  }
}

export const revision = (problem: Body<Responses[409]>) =>
  problem["@KEY@"] === "@revision_conflict@" ? problem.current_revision : 0;

export const withoutCode = (p: Body<Responses[413]>) => p.limit; // TS2339
export const ofAnotherCode = (p: Body<Responses[413]>) =>
  p["@KEY@"] === "@content_too_large@" ? p.limit : 0; // TS2339
export const misspelt = (p: Body<Responses[413]>) => p["@KEY@"] === "quota_exceded"; // TS2367
export const undeclared = (p: Body<Responses[402]>) => p; // TS2339
