// Package earshot is a self-hosted survey and customer-feedback service for companies that sell to companies. It notices
// which customers have gone quiet, asks the right person there one short question by e-mail, keeps the answers, and shows
// the customer's rep what was said, how satisfaction and business progress are moving, and what to do next.
//
// This package holds the contract of the HTTP API only, so that it can be embedded where it lies. The house:
//
//   - cmd/earshot starts the program and its subcommands;
//   - api speaks HTTP, in JSON and in pages;
//   - frontend holds the typed pages, their templates and styles;
//   - analytics computes the figures and draws the charts;
//   - survey is the domain: customers and their rhythms, surveys, pulses, invitations and responses;
//   - survey/store is the storage port, with one engine for SQLite and one for MongoDB.
package earshot

import _ "embed"

// OpenAPI is openapi.yaml, the contract of the HTTP API: an OpenAPI 3.1 document. It is edited first, by hand; nothing
// is generated from it, and tests hold the code to it.
//
//go:embed openapi.yaml
var OpenAPI []byte
