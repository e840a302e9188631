package api

import "slices"

// jsonRoutes is what programs use. Each row is an operation of openapi.yaml, and each operation a row.
func (s *Server) jsonRoutes() []route {
	return slices.Concat(s.systemOperations(), s.recordOperations(), s.askingOperations(), s.answeringOperations(),
		s.feedbackOperations())
}

// systemOperations are about the installation and the key in use.
func (s *Server) systemOperations() []route {
	return []route{
		{method: "GET", path: "/healthz", guard: public, handler: s.health},
		{method: "GET", path: "/readyz", guard: public, handler: s.ready},
		{method: "GET", path: "/metrics", guard: keyRead, handler: s.showMetrics},
		{method: "GET", path: "/openapi.yaml", guard: public, handler: s.contract},
		{method: "GET", path: "/api/v1/me", guard: keyRead, handler: s.me},
	}
}

// recordOperations write and read customers, contacts, touchpoints and their rhythms.
func (s *Server) recordOperations() []route {
	return []route{
		{method: "GET", path: "/api/v1/customers", guard: keyRead, handler: s.listCustomers},
		{method: "POST", path: "/api/v1/customers", guard: keyWrite, handler: s.createCustomer, body: smallBody},
		{method: "POST", path: "/api/v1/customers/bulk", guard: keyWrite, handler: s.bulkCustomers, body: s.maxUpload, time: bulkTime},
		{method: "GET", path: "/api/v1/customers/by-external-id/:external_id", guard: keyRead, handler: s.readCustomerByExternalID},
		{method: "PUT", path: "/api/v1/customers/by-external-id/:external_id", guard: keyWrite, handler: s.putCustomer, body: smallBody},
		{method: "GET", path: "/api/v1/customers/:id", guard: keyRead, handler: s.readCustomer},
		{method: "PATCH", path: "/api/v1/customers/:id", guard: keyWrite, handler: s.changeCustomer, body: smallBody},
		{method: "DELETE", path: "/api/v1/customers/:id", guard: keyWrite, handler: s.deleteCustomer},
		{method: "GET", path: "/api/v1/customers/:id/timeline", guard: keyRead, handler: s.timeline},
		{method: "GET", path: "/api/v1/customers/:id/rhythm", guard: keyRead, handler: s.readRhythm},
		{method: "PUT", path: "/api/v1/customers/:id/snooze", guard: keyWrite, handler: s.snooze, body: smallBody},
		{method: "DELETE", path: "/api/v1/customers/:id/snooze", guard: keyWrite, handler: s.wake},
		{method: "GET", path: "/api/v1/customers/:id/silence.svg", guard: keyRead, handler: s.silenceSVG},
		{method: "GET", path: "/api/v1/customers/:id/silence.png", guard: keyRead, handler: s.silencePNG},
		{method: "GET", path: "/api/v1/quiet", guard: keyRead, handler: s.listQuiet},
		{method: "GET", path: "/api/v1/contacts", guard: keyRead, handler: s.listContacts},
		{method: "POST", path: "/api/v1/contacts", guard: keyWrite, handler: s.createContact, body: smallBody},
		{method: "POST", path: "/api/v1/contacts/bulk", guard: keyWrite, handler: s.bulkContacts, body: s.maxUpload, time: bulkTime},
		{method: "GET", path: "/api/v1/contacts/by-external-id/:external_id", guard: keyRead, handler: s.readContactByExternalID},
		{method: "PUT", path: "/api/v1/contacts/by-external-id/:external_id", guard: keyWrite, handler: s.putContact, body: smallBody},
		{method: "GET", path: "/api/v1/contacts/:id", guard: keyRead, handler: s.readContact},
		{method: "PATCH", path: "/api/v1/contacts/:id", guard: keyWrite, handler: s.changeContact, body: smallBody},
		{method: "DELETE", path: "/api/v1/contacts/:id", guard: keyWrite, handler: s.deleteContact},
		{method: "GET", path: "/api/v1/touchpoints", guard: keyRead, handler: s.listTouchpoints},
		{method: "POST", path: "/api/v1/touchpoints", guard: keyWrite, handler: s.createTouchpoint, body: smallBody},
		{method: "POST", path: "/api/v1/touchpoints/bulk", guard: keyWrite, handler: s.bulkTouchpoints, body: s.maxUpload, time: bulkTime},
		{method: "GET", path: "/api/v1/touchpoints/:id", guard: keyRead, handler: s.readTouchpoint},
		{method: "PATCH", path: "/api/v1/touchpoints/:id", guard: keyWrite, handler: s.changeTouchpoint, body: smallBody},
		{method: "DELETE", path: "/api/v1/touchpoints/:id", guard: keyWrite, handler: s.deleteTouchpoint},
		{method: "GET", path: "/api/v1/imports", guard: keyRead, handler: s.listImports},
		{method: "POST", path: "/api/v1/imports", guard: keyWrite, handler: s.createImport, body: s.maxUpload, time: bulkTime},
		{method: "POST", path: "/api/v1/imports/preview", guard: keyWrite, handler: s.previewImport, body: s.maxUpload, time: bulkTime},
		{method: "POST", path: "/api/v1/imports/:id/cancel", guard: keyWrite, handler: s.cancelImport},
		{method: "GET", path: "/api/v1/imports/:id", guard: keyRead, handler: s.readImport},
	}
}

// askingOperations decide what is asked of whom.
func (s *Server) askingOperations() []route {
	return []route{
		{method: "GET", path: "/api/v1/survey-templates", guard: keyRead, handler: s.listTemplates},
		{method: "GET", path: "/api/v1/surveys", guard: keyRead, handler: s.listSurveys},
		{method: "POST", path: "/api/v1/surveys", guard: keyWrite, handler: s.createSurvey, body: largeBody},
		{method: "GET", path: "/api/v1/surveys/:id", guard: keyRead, handler: s.readSurvey},
		{method: "PUT", path: "/api/v1/surveys/:id", guard: keyWrite, handler: s.changeSurvey, body: largeBody},
		{method: "GET", path: "/api/v1/surveys/:id/versions/:number", guard: keyRead, handler: s.readSurveyVersion},
		{method: "POST", path: "/api/v1/surveys/:id/close", guard: keyWrite, handler: s.closeSurvey},
		{method: "POST", path: "/api/v1/surveys/:id/reopen", guard: keyWrite, handler: s.reopenSurvey},
		{method: "GET", path: "/api/v1/pulses", guard: keyRead, handler: s.listPulses},
		{method: "POST", path: "/api/v1/pulses", guard: keyWrite, handler: s.createPulse, body: smallBody},
		{method: "GET", path: "/api/v1/pulses/:id", guard: keyRead, handler: s.readPulse},
		{method: "PUT", path: "/api/v1/pulses/:id", guard: keyWrite, handler: s.changePulse, body: smallBody},
		{method: "DELETE", path: "/api/v1/pulses/:id", guard: keyWrite, handler: s.deletePulse},
		{method: "POST", path: "/api/v1/pulses/:id/pause", guard: keyWrite, handler: s.pausePulse},
		{method: "POST", path: "/api/v1/pulses/:id/resume", guard: keyWrite, handler: s.resumePulse},
		{method: "POST", path: "/api/v1/pulses/:id/run", guard: keyWrite, handler: s.runPulse},
		{method: "GET", path: "/api/v1/invitations", guard: keyRead, handler: s.listInvitations},
		{method: "POST", path: "/api/v1/invitations", guard: keyWrite, handler: s.createInvitation, body: smallBody},
		{method: "GET", path: "/api/v1/invitations/:id", guard: keyRead, handler: s.readInvitation},
		{method: "POST", path: "/api/v1/invitations/:id/links", guard: keyWrite, handler: s.createLink},
		{method: "POST", path: "/api/v1/invitations/:id/resolve", guard: keyWrite, handler: s.resolveInvitation, body: smallBody},
		{method: "POST", path: "/api/v1/invitations/:id/revoke", guard: keyWrite, handler: s.revokeInvitation},
		{method: "GET", path: "/api/v1/kept-mails", guard: keyRead, handler: s.listKeptMails},
		{method: "GET", path: "/api/v1/kept-mails/:id", guard: keyRead, handler: s.readKeptMail},
		{method: "GET", path: "/api/v1/suppressions", guard: keyRead, handler: s.listSuppressions},
		{method: "POST", path: "/api/v1/suppressions", guard: keyWrite, handler: s.createSuppression, body: smallBody},
		{method: "GET", path: "/api/v1/suppressions/:email", guard: keyRead, handler: s.readSuppression},
		{method: "DELETE", path: "/api/v1/suppressions/:email", guard: keyWrite, handler: s.deleteSuppression},
	}
}

// answeringOperations are what a contact does with a link, whose token is the permission.
func (s *Server) answeringOperations() []route {
	return []route{
		{method: "GET", path: "/api/v1/answer/:token", guard: token, handler: s.readAnswerForm},
		{method: "POST", path: "/api/v1/answer/:token", guard: token, handler: s.submit, body: smallBody},
		{method: "POST", path: "/api/v1/answer/:token/decline", guard: token, handler: s.decline, body: smallBody},
		{method: "POST", path: "/api/v1/answer/:token/unsubscribe", guard: token, handler: s.unsubscribe},
	}
}

// feedbackOperations read what was answered.
func (s *Server) feedbackOperations() []route {
	return []route{
		{method: "GET", path: "/api/v1/responses", guard: keyRead, handler: s.listResponses},
		{method: "GET", path: "/api/v1/responses/changed", guard: keyRead, handler: s.listChangedResponses},
		{method: "GET", path: "/api/v1/responses/:id", guard: keyRead, handler: s.readResponse},
		{method: "GET", path: "/api/v1/feedback/trend", guard: keyRead, handler: s.trend},
		{method: "GET", path: "/api/v1/feedback/trend.svg", guard: keyRead, handler: s.trendSVG},
		{method: "GET", path: "/api/v1/feedback/trend.png", guard: keyRead, handler: s.trendPNG},
		{method: "GET", path: "/api/v1/feedback/distribution", guard: keyRead, handler: s.distribution},
		{method: "GET", path: "/api/v1/feedback/distribution.svg", guard: keyRead, handler: s.distributionSVG},
		{method: "GET", path: "/api/v1/feedback/distribution.png", guard: keyRead, handler: s.distributionPNG},
		{method: "GET", path: "/api/v1/reps", guard: keyRead, handler: s.listReps},
	}
}
