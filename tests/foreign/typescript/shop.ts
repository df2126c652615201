// What a client of the shop writes. A line that has to be refused names the error; all others compile.
import type { paths } from "./document";

type Responses = paths["/articles/{article}/orders"]["post"]["responses"];
type Body<R> = R extends { content: { "application/problem+json": infer B } } ? B : never;

export function conflict(problem: Body<Responses[409]>): number | string | undefined {
  switch (problem.code) {
    case "out_of_stock":
      return problem.left;
    case "withdrawn":
      return problem.instead;
    default: {
      const rest: never = problem;
      return rest;
    }
  }
}

export function over(problem: Body<Responses[403]> | Body<Responses[413]>): number | undefined {
  if (problem.status === 403) return problem.seats;
  return problem.code === "over_limit" ? problem.bytes : undefined;
}

export const requestId = (response: Responses[201]): string => response.headers["X-Request-Id"];
export const wait = (response: Responses[429]): number => response.headers["Retry-After"] ?? 1;
export const missing = (p: Body<paths["/articles/{article}"]["get"]["responses"][404]>): "not_found" => p.code;
export const invalid = (p: Body<Responses[422]>): string[] => (p.errors ?? []).map((e) => e.pointer);

export const withoutCode = (p: Body<Responses[409]>) => p.left; // TS2339
export const ofAnotherCode = (p: Body<Responses[409]>) => (p.code === "withdrawn" ? p.left : 0); // TS2339
export const ofAnotherStatus = (p: Body<Responses[403]>) => p.bytes; // TS2339
export const misspelt = (p: Body<Responses[409]>) => p.code === "out_of_stok"; // TS2367
export const undeclared = (p: Body<Responses[418]>) => p; // TS2339
export const asText = (p: Body<Responses[429]>): string => p.retry_after_seconds; // TS2322
