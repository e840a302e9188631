// Package collections lists every collection of an installation: those of the domain and of the rooms beside it.
package collections

import (
	"slices"

	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/audit"
	"earshot/survey/idempotency"
	"earshot/survey/store"
)

// Specs lists the declarations: what an engine opens, and what is copied from one to another.
func Specs() []*store.Spec {
	return slices.Concat(survey.Specs(), access.Specs(), audit.Specs(), idempotency.Specs())
}
