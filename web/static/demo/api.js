// Talks GraphQL over HTTP. This is all that a shop needs of a client library.

const patience = 15_000; // milliseconds

/** A refusal. Its code is one of the service's error codes, or UNREACHABLE when there was no answer. */
export class ApiError extends Error {
  constructor({ code, field, retryAfter, errorId }) {
    super(code);
    Object.assign(this, { code, field, retryAfter, errorId });
  }
}

/**
 * Returns a function that sends one operation and returns its data, or throws an ApiError.
 * Without a token the visitor is a guest.
 */
export function connect({ endpoint, site }, token) {
  const headers = { "Content-Type": "application/json", Accept: "application/graphql-response+json" };
  if (site) {
    headers["X-Site-Id"] = site;
  }
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  return async (query, variables) => {
    const { data, errors } = await post(endpoint, headers, JSON.stringify({ query, variables }));
    if (errors) {
      throw new ApiError(errors[0].extensions ?? {});
    }
    return data;
  };
}

// A refusal is JSON too, so the HTTP status need not be looked at.
async function post(endpoint, headers, body) {
  try {
    const signal = AbortSignal.timeout(patience);
    const response = await fetch(endpoint, { method: "POST", headers, body, signal, credentials: "omit" });
    return await response.json();
  } catch {
    throw new ApiError({ code: "UNREACHABLE" });
  }
}
