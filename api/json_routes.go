package api

import (
	"net/http"
	"reflect"
	"slices"

	"github.com/labstack/echo/v4"
)

// jsonRoutes is what programs use. Each row is an operation of openapi.yaml, and each operation a row; what a request may
// hold is the struct that its handler takes, and stands there too.
func (s *Server) jsonRoutes() []route {
	return slices.Concat(s.systemOperations(), s.recordOperations(), s.askingOperations(), s.answeringOperations(),
		s.feedbackOperations())
}

// systemOperations are about the installation and the key in use.
func (s *Server) systemOperations() []route {
	return []route{
		probe("/healthz", public, s.health),
		probe("/readyz", public, s.ready),
		probe("/metrics", keyRead, s.showMetrics),
		operation("GET", "/openapi.yaml", public, s.contract),
		operation("GET", "/api/v1/me", keyRead, s.me),
		operation("GET", "/api/v1/look", keyRead, s.readLook),
		operation("PUT", "/api/v1/look", keyWrite, s.changeLook).upTo(largeBody).acts("look.changed"),
		operation("GET", "/api/v1/relay", keyRead, s.readRelay),
		operation("POST", "/api/v1/relay/try", keyWrite, s.tryRelay).acts("relay.tried"),
		operation("GET", "/api/v1/mail-brake", keyRead, s.readBrake),
		operation("POST", "/api/v1/mail-brake/release", keyWrite, s.releaseBrake).acts("brake.released"),
		operation("GET", "/api/v1/mail/preflight", keyRead, s.readMailChecks),
		operation("GET", "/api/v1/mailbox", keyRead, s.readMailbox),
		operation("GET", "/api/v1/feeds", keyRead, s.listFeeds),
		operation("GET", "/api/v1/feeds/:id", keyRead, s.readFeed),
		operation("POST", "/api/v1/feeds/:id/accept", keyWrite, s.acceptFeed).acts("feed.accepted"),
		operation("POST", "/api/v1/feeds/:id/end", keyWrite, s.endFeed).acts("feed.ended"),
		operation("POST", "/api/v1/feeds/:id/pauses", keyWrite, s.pauseFeed).upTo(smallBody).acts("feed.paused"),
		operation("GET", "/api/v1/effects", keyRead, s.listEffects),
		operation("GET", "/api/v1/audit", keyRead, s.listAudit),
		operation("GET", "/api/v1/audit.csv", keyRead, s.exportAudit).long(),
		operation("GET", "/api/v1/dead-letters", keyRead, s.listDeadLetters),
		operation("POST", "/api/v1/dead-letters/restart", keyWrite, s.restartDeadLetters).upTo(smallBody).long().acts("effects.restarted"),
	}
}

// recordOperations write and read customers, contacts, touchpoints and their rhythms.
func (s *Server) recordOperations() []route {
	return []route{
		operation("GET", "/api/v1/customers", keyRead, s.listCustomers),
		operation("POST", "/api/v1/customers", keyWrite, s.createCustomer).upTo(smallBody).daily(),
		operation("POST", "/api/v1/customers/bulk", keyWrite, s.bulkCustomers).upTo(s.maxUpload).long().daily(),
		operation("GET", "/api/v1/customers/by-external-id/:external_id", keyRead, s.readCustomerByExternalID),
		operation("PUT", "/api/v1/customers/by-external-id/:external_id", keyWrite, s.putCustomer).upTo(smallBody).daily(),
		operation("GET", "/api/v1/customers/:id", keyRead, s.readCustomer),
		operation("PATCH", "/api/v1/customers/:id", keyWrite, s.changeCustomer).upTo(smallBody).daily(),
		operation("DELETE", "/api/v1/customers/:id", keyWrite, s.deleteCustomer).acts("customer.deleted"),
		operation("GET", "/api/v1/customers/:id/holds", keyRead, s.listCustomerHolds),
		operation("GET", "/api/v1/customers/:id/timeline", keyRead, s.timeline),
		operation("GET", "/api/v1/customers/:id/rhythm", keyRead, s.readRhythm),
		operation("PUT", "/api/v1/customers/:id/snooze", keyWrite, s.snooze).upTo(smallBody).daily(),
		operation("DELETE", "/api/v1/customers/:id/snooze", keyWrite, s.wake).daily(),
		operation("GET", "/api/v1/customers/:id/silence.svg", keyRead, s.silenceSVG),
		operation("GET", "/api/v1/customers/:id/silence.png", keyRead, s.silencePNG),
		operation("GET", "/api/v1/quiet", keyRead, s.listQuiet),
		operation("GET", "/api/v1/drifting", keyRead, s.listDrifting),
		operation("GET", "/api/v1/slowing", keyRead, s.listSlowing),
		operation("GET", "/api/v1/newcomers", keyRead, s.listNewcomers),
		operation("GET", "/api/v1/quiet/curve", keyRead, s.readCurve),
		operation("PUT", "/api/v1/quiet/curve", keyWrite, s.chooseLength).upTo(smallBody).acts("quiet.length_chosen"),
		operation("GET", "/api/v1/quiet/report", keyRead, s.readReport),
		operation("GET", "/api/v1/alarms", keyRead, s.listAlarms),
		operation("GET", "/api/v1/contacts", keyRead, s.listContacts),
		operation("POST", "/api/v1/contacts", keyWrite, s.createContact).upTo(smallBody).daily(),
		operation("POST", "/api/v1/contacts/bulk", keyWrite, s.bulkContacts).upTo(s.maxUpload).long().daily(),
		operation("GET", "/api/v1/contacts/by-external-id/:external_id", keyRead, s.readContactByExternalID),
		operation("PUT", "/api/v1/contacts/by-external-id/:external_id", keyWrite, s.putContact).upTo(smallBody).daily(),
		operation("GET", "/api/v1/contacts/:id", keyRead, s.readContact),
		operation("PATCH", "/api/v1/contacts/:id", keyWrite, s.changeContact).upTo(smallBody).daily(),
		operation("DELETE", "/api/v1/contacts/:id", keyWrite, s.deleteContact).acts("contact.deleted"),
		operation("GET", "/api/v1/touchpoints", keyRead, s.listTouchpoints),
		operation("POST", "/api/v1/touchpoints", keyWrite, s.createTouchpoint).upTo(smallBody).daily(),
		operation("POST", "/api/v1/touchpoints/bulk", keyWrite, s.bulkTouchpoints).upTo(s.maxUpload).long().daily(),
		operation("GET", "/api/v1/touchpoints/:id", keyRead, s.readTouchpoint),
		operation("PATCH", "/api/v1/touchpoints/:id", keyWrite, s.changeTouchpoint).upTo(smallBody).daily(),
		operation("DELETE", "/api/v1/touchpoints/:id", keyWrite, s.deleteTouchpoint).acts("touchpoint.deleted"),
		operation("GET", "/api/v1/imports", keyRead, s.listImports),
		operation("POST", "/api/v1/imports", keyWrite, s.createImport).upTo(s.maxUpload).long().acts("import.started"),
		operation("POST", "/api/v1/imports/preview", keyWrite, s.previewImport).upTo(s.maxUpload).long().daily(),
		operation("GET", "/api/v1/imports/:id", keyRead, s.readImport),
		operation("POST", "/api/v1/imports/:id/cancel", keyWrite, s.cancelImport).acts("import.cancelled"),
		operation("GET", "/api/v1/imports/:id/refused", keyRead, s.readRefusedRows).long(),
	}
}

// askingOperations decide what is asked of whom.
func (s *Server) askingOperations() []route {
	return []route{
		operation("GET", "/api/v1/survey-templates", keyRead, s.listTemplates),
		operation("GET", "/api/v1/surveys", keyRead, s.listSurveys),
		operation("POST", "/api/v1/surveys", keyWrite, s.createSurvey).upTo(largeBody).acts("survey.created"),
		operation("GET", "/api/v1/surveys/:id", keyRead, s.readSurvey),
		operation("PUT", "/api/v1/surveys/:id", keyWrite, s.changeSurvey).upTo(largeBody).acts("survey.changed"),
		operation("GET", "/api/v1/surveys/:id/versions/:number", keyRead, s.readSurveyVersion),
		operation("POST", "/api/v1/surveys/:id/close", keyWrite, s.closeSurvey).acts("survey.closed"),
		operation("POST", "/api/v1/surveys/:id/reopen", keyWrite, s.reopenSurvey).acts("survey.reopened"),
		operation("GET", "/api/v1/pulses", keyRead, s.listPulses),
		operation("POST", "/api/v1/pulses", keyWrite, s.createPulse).upTo(smallBody).acts("pulse.created"),
		operation("GET", "/api/v1/pulses/:id", keyRead, s.readPulse),
		operation("PUT", "/api/v1/pulses/:id", keyWrite, s.changePulse).upTo(smallBody).acts("pulse.changed"),
		operation("DELETE", "/api/v1/pulses/:id", keyWrite, s.deletePulse).acts("pulse.deleted"),
		operation("GET", "/api/v1/pulses/:id/holds", keyRead, s.listPulseHolds),
		operation("POST", "/api/v1/pulses/:id/pause", keyWrite, s.pausePulse).acts("pulse.paused"),
		operation("POST", "/api/v1/pulses/:id/resume", keyWrite, s.resumePulse).acts("pulse.resumed"),
		operation("POST", "/api/v1/pulses/:id/run", keyWrite, s.runPulse).acts("pulse.started"),
		operation("GET", "/api/v1/forecast", keyRead, s.readForecast),
		operation("GET", "/api/v1/invitations", keyRead, s.listInvitations),
		operation("POST", "/api/v1/invitations", keyWrite, s.createInvitation).upTo(smallBody).daily(),
		operation("GET", "/api/v1/invitations/counts", keyRead, s.countInvitations),
		operation("GET", "/api/v1/invitations.csv", keyRead, s.exportInvitations).long(),
		operation("POST", "/api/v1/invitations/resolve", keyWrite, s.resolveInvitations).upTo(largeBody).long().acts("invitations.resolved").live(),
		operation("POST", "/api/v1/invitations/withhold", keyWrite, s.withholdInvitations).upTo(smallBody).long().acts("invitations.withheld").live(),
		operation("GET", "/api/v1/invitations/:id", keyRead, s.readInvitation),
		operation("POST", "/api/v1/invitations/:id/links", keyWrite, s.createLink).acts("invitation.link_made").live(),
		operation("POST", "/api/v1/invitations/:id/resolve", keyWrite, s.resolveInvitation).upTo(smallBody).acts("invitation.resolved").live(),
		operation("POST", "/api/v1/invitations/:id/revoke", keyWrite, s.revokeInvitation).acts("invitation.revoked").live(),
		operation("GET", "/api/v1/kept-mails", keyRead, s.listKeptMails),
		operation("GET", "/api/v1/kept-mails/:id", keyRead, s.readKeptMail),
		operation("GET", "/api/v1/received-mails", keyRead, s.listReceivedMails),
		operation("POST", "/api/v1/received-mails", keyWrite, s.receiveMail).upTo(receivedMailBody).daily(),
		operation("POST", "/api/v1/mail-hooks/:service", public, s.mailHook).upTo(hookBody),
		operation("GET", "/api/v1/suppressions", keyRead, s.listSuppressions),
		operation("GET", "/api/v1/suppressions.csv", keyRead, s.exportSuppressions).long(),
		operation("POST", "/api/v1/suppressions", keyWrite, s.createSuppression).upTo(smallBody).daily(),
		operation("GET", "/api/v1/suppressions/:email", keyRead, s.readSuppression),
		operation("GET", "/api/v1/suppressions/:email/history", keyRead, s.readSuppressionHistory),
		operation("DELETE", "/api/v1/suppressions/:email", keyWrite, s.deleteSuppression).acts("suppression.lifted"),
	}
}

// answeringOperations are what a contact does with a link, whose token is the permission.
func (s *Server) answeringOperations() []route {
	return []route{
		operation("GET", "/api/v1/answer/:token", token, s.readAnswerForm),
		operation("POST", "/api/v1/answer/:token", token, s.submit).upTo(smallBody),
		operation("POST", "/api/v1/answer/:token/decline", token, s.decline).upTo(smallBody),
		operation("POST", "/api/v1/answer/:token/unsubscribe", token, s.unsubscribe),
	}
}

// feedbackOperations read what was answered.
func (s *Server) feedbackOperations() []route {
	return []route{
		operation("GET", "/api/v1/responses", keyRead, s.listResponses),
		operation("GET", "/api/v1/responses/changed", keyRead, s.listChangedResponses),
		operation("GET", "/api/v1/responses/:id", keyRead, s.readResponse),
		operation("GET", "/api/v1/feedback/trend", keyRead, s.trend),
		operation("GET", "/api/v1/feedback/trend.svg", keyRead, s.trendSVG),
		operation("GET", "/api/v1/feedback/trend.png", keyRead, s.trendPNG),
		operation("GET", "/api/v1/feedback/distribution", keyRead, s.distribution),
		operation("GET", "/api/v1/feedback/distribution.svg", keyRead, s.distributionSVG),
		operation("GET", "/api/v1/feedback/distribution.png", keyRead, s.distributionPNG),
		operation("GET", "/api/v1/reps", keyRead, s.listReps),
		operation("PUT", "/api/v1/reps/:id/calls", keyWrite, s.chooseCalls).upTo(smallBody).acts("rep.calls_chosen"),
	}
}

// operation is a row for a handler that takes its request as a T: see bind.
func operation[T any](method, path string, g guard, h func(echo.Context, T) error) route {
	return route{method: method, path: path, guard: g, in: reflect.TypeFor[T](), handler: bound(h)}
}

// probe is a row for those who watch over the program. Whatever they send along is let pass.
func probe(path string, g guard, h echo.HandlerFunc) route {
	return route{method: http.MethodGet, path: path, guard: g, handler: h}
}
