package access

import (
	"slices"
	"strings"

	"earshot/survey"
)

// Area is a part of the API that a key may be let into by itself.
type Area string

// The areas.
const (
	AreaCustomers   Area = "customers"   // customers and contacts
	AreaTouchpoints Area = "touchpoints" // dated signs of life
	AreaQuiet       Area = "quiet"       // who has gone quiet, alarms, feeds
	AreaImports     Area = "imports"     // files of rows
	AreaSurveys     Area = "surveys"     // questionnaires
	AreaPulses      Area = "pulses"      // standing rules, and what they will ask
	AreaAsking      Area = "asking"      // invitations and kept mails
	AreaMail        Area = "mail"        // suppressions, mails that came back, mail servers
	AreaFeedback    Area = "feedback"    // answers and figures
	AreaReps        Area = "reps"        // who looks after customers
	AreaSystem      Area = "system"      // the look, effects, metrics
	AreaAudit       Area = "audit"       // who administered what
)

// Areas lists the areas in the order in which they are shown.
func Areas() []Area {
	return []Area{
		AreaCustomers, AreaTouchpoints, AreaQuiet, AreaImports, AreaSurveys, AreaPulses, AreaAsking, AreaMail, AreaFeedback, AreaReps, AreaSystem, AreaAudit,
	}
}

// Scope is what an API key may do: read or write everything, or read or write an area, such as customers:write.
type Scope string

// The scopes of everything; write includes read. Neither includes the audit log, which a key must be let into by its name.
const (
	ScopeRead  Scope = "read"
	ScopeWrite Scope = "write"
)

// Reading is the scope of those who may read the area, Writing that of those who may also change something there.
func (a Area) Reading() Scope { return Scope(a) + ":" + ScopeRead }

// Writing is the scope of those who may change something in the area.
func (a Area) Writing() Scope { return Scope(a) + ":" + ScopeWrite }

// Scopes lists all scopes in the order in which they are shown. The audit log cannot be written by anybody.
func Scopes() []Scope {
	all := []Scope{ScopeRead, ScopeWrite}
	for _, area := range Areas() {
		all = append(all, area.Reading())
		if area != AreaAudit {
			all = append(all, area.Writing())
		}
	}
	return all
}

// Allows says whether the scope covers wanted: write includes read, and a scope of everything each area but the audit log.
// The empty scope is what any key may do.
func (s Scope) Allows(wanted Scope) bool {
	if s == wanted || wanted == "" {
		return true
	}
	area, may, ofArea := strings.Cut(string(wanted), ":")
	own, mine, ofOne := strings.Cut(string(s), ":")
	switch {
	case ofArea && ofOne:
		return own == area && mine == string(ScopeWrite)
	case ofArea:
		return Area(area) != AreaAudit && s.Allows(Scope(may))
	}
	return s == ScopeWrite && wanted == ScopeRead
}

// checkScopes says what is wrong with the scopes of a new key.
func checkScopes(scopes []Scope) error {
	if len(scopes) == 0 {
		return survey.InvalidField("scopes", "must name at least one")
	}
	for _, s := range scopes {
		if !slices.Contains(Scopes(), s) {
			return survey.InvalidField("scopes", "%q is none: an area with :read or :write behind it, such as customers:read, or read or write for everything", string(s))
		}
	}
	return nil
}
