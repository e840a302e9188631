// Lets forms be sent with a passkey. A form says with data-passkey whether one is made or used, and with data-options what
// the server asks; what the browser answers goes along in the field "passkey". Without this script the forms stay hidden.
"use strict";
(() => {
  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  // What the server sends has bytes in base64url; browsers want bytes.
  const decoded = (options) => {
    options.challenge = toBytes(options.challenge);
    if (options.user) options.user.id = toBytes(options.user.id);
    for (const list of [options.excludeCredentials, options.allowCredentials]) {
      for (const credential of list || []) credential.id = toBytes(credential.id);
    }
    return options;
  };

  const encoded = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = toText(credential.response[name]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response, clientExtensionResults: {} });
  };

  const why = {
    NotAllowedError: "Nothing was done: it was cancelled, or took too long. Try again.",
    InvalidStateError: "This device has a passkey here already.",
    SecurityError: "Passkeys do not work at this address; open the page at the address that your admin named.",
  };

  const ask = async (form) => {
    const publicKey = decoded(JSON.parse(form.dataset.options).publicKey);
    return form.dataset.passkey === "create" ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey });
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const without = form.nextElementSibling;
    if (!window.PublicKeyCredential) {
      without.textContent = "This browser has no passkeys.";
      continue;
    }
    form.hidden = false;
    without.hidden = true;
    const problem = form.querySelector("[role=alert]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.hidden = true;
      try {
        form.elements.passkey.value = encoded(await ask(form));
        form.submit();
      } catch (error) {
        problem.textContent = why[error.name] || "The browser could not use a passkey: " + error.message;
        problem.hidden = false;
      }
    });
  }
})();
