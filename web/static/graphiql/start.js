// Starts GraphiQL with the configuration in the page. A file of its own: the page's policy allows no inline script.
(() => {
  "use strict";

  const text = document.getElementById("config").textContent;
  const config = JSON.parse(text);
  const headers = JSON.stringify(config.headers, null, 2);

  // GraphiQL's dialogs add a <style> element and take its nonce from this name.
  window.__webpack_nonce__ = document.currentScript.dataset.styleNonce;

  // Tabs survive a reload, but not a new configuration: they would keep sending a token that has expired.
  if (sessionStorage.getItem("assent:config") !== text) {
    sessionStorage.clear();
    sessionStorage.setItem("assent:config", text);
  }

  const e = React.createElement;
  const logo = e(GraphiQL.Logo, null,
    config.inbox ? e("a", { className: "assent-inbox", href: config.inbox }, "Development inbox") : "Assent");
  const editor = e(GraphiQL, {
    fetcher: GraphiQL.createFetcher({
      url: config.endpoint,
      headers: { Accept: "application/graphql-response+json, application/json" },
      enableIncrementalDelivery: false,
    }),
    defaultHeaders: headers,
    defaultTabs: config.tabs.length ? config.tabs.map((query) => ({ query, headers })) : undefined,
    defaultEditorToolsVisibility: "headers",
    shouldPersistHeaders: true,
    storage: sessionStorage, // ends with the browser tab, so that the token is not left on disk
  }, logo);
  ReactDOM.createRoot(document.getElementById("graphiql")).render(editor);
})();
