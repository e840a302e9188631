package survey

import "earshot/survey/store"

// database is every collection of an installation, typed.
type database struct {
	customers         store.Collection[Customer, *Customer]
	contacts          store.Collection[Contact, *Contact]
	touchpoints       store.Collection[Touchpoint, *Touchpoint]
	touchpointBatches store.Collection[TouchpointBatch, *TouchpointBatch]
	rhythms           store.Collection[Rhythm, *Rhythm]
	rhythmModels      store.Collection[RhythmModel, *RhythmModel]
	rankings          store.Collection[Ranking, *Ranking]
	surveys           store.Collection[Survey, *Survey]
	looks             store.Collection[Look, *Look]
	logos             store.Collection[Logo, *Logo]
	surveyVersions    store.Collection[storedVersion, *storedVersion]
	pulses            store.Collection[Pulse, *Pulse]
	slotDays          store.Collection[SlotDay, *SlotDay]
	askLogs           store.Collection[AskLog, *AskLog]
	people            store.Collection[Person, *Person]
	invitations       store.Collection[Invitation, *Invitation]
	responses         store.Collection[Response, *Response]
	suppressions      store.Collection[Suppression, *Suppression]
	keptMails         store.Collection[KeptMail, *KeptMail]
	receivedMails     store.Collection[ReceivedMail, *ReceivedMail]
	imports           store.Collection[Import, *Import]
	uploadChunks      store.Collection[UploadChunk, *UploadChunk]
	refusedRows       store.Collection[RefusedRows, *RefusedRows]
	relays            store.Collection[Relay, *Relay]
	sendLimits        store.Collection[SendLimit, *SendLimit]
	brakes            store.Collection[Brake, *Brake]
	mailboxes         store.Collection[Mailbox, *Mailbox]
	feeds             store.Collection[Feed, *Feed]
	alarms            store.Collection[Alarm, *Alarm]
	alarmWatches      store.Collection[AlarmWatch, *AlarmWatch]
}

// Specs lists the declarations of the domain's collections: with those of the rooms beside it (access.Specs) what an engine
// opens, and what is copied from one to another.
func Specs() []*store.Spec {
	return []*store.Spec{
		customerSpec, contactSpec, touchpointSpec, touchpointBatchSpec, rhythmSpec, rhythmModelSpec, rankingSpec,
		surveySpec, lookSpec, logoSpec, surveyVersionSpec, pulseSpec, slotDaySpec, askLogSpec, personSpec, invitationSpec, responseSpec,
		suppressionSpec, keptMailSpec, receivedMailSpec, importSpec, uploadChunkSpec, refusedSpec, relaySpec, sendLimitSpec, brakeSpec, mailboxSpec, feedSpec, alarmSpec, alarmWatchSpec,
	}
}

func openDatabase(s store.Store) database {
	return database{
		customers:         store.NewCollection[Customer](s, customerSpec),
		contacts:          store.NewCollection[Contact](s, contactSpec),
		touchpoints:       store.NewCollection[Touchpoint](s, touchpointSpec),
		touchpointBatches: store.NewCollection[TouchpointBatch](s, touchpointBatchSpec),
		rhythms:           store.NewCollection[Rhythm](s, rhythmSpec),
		rhythmModels:      store.NewCollection[RhythmModel](s, rhythmModelSpec),
		rankings:          store.NewCollection[Ranking](s, rankingSpec),
		surveys:           store.NewCollection[Survey](s, surveySpec),
		looks:             store.NewCollection[Look](s, lookSpec),
		logos:             store.NewCollection[Logo](s, logoSpec),
		surveyVersions:    store.NewCollection[storedVersion](s, surveyVersionSpec),
		pulses:            store.NewCollection[Pulse](s, pulseSpec),
		slotDays:          store.NewCollection[SlotDay](s, slotDaySpec),
		askLogs:           store.NewCollection[AskLog](s, askLogSpec),
		people:            store.NewCollection[Person](s, personSpec),
		invitations:       store.NewCollection[Invitation](s, invitationSpec),
		responses:         store.NewCollection[Response](s, responseSpec),
		suppressions:      store.NewCollection[Suppression](s, suppressionSpec),
		keptMails:         store.NewCollection[KeptMail](s, keptMailSpec),
		receivedMails:     store.NewCollection[ReceivedMail](s, receivedMailSpec),
		imports:           store.NewCollection[Import](s, importSpec),
		uploadChunks:      store.NewCollection[UploadChunk](s, uploadChunkSpec),
		refusedRows:       store.NewCollection[RefusedRows](s, refusedSpec),
		relays:            store.NewCollection[Relay](s, relaySpec),
		sendLimits:        store.NewCollection[SendLimit](s, sendLimitSpec),
		brakes:            store.NewCollection[Brake](s, brakeSpec),
		mailboxes:         store.NewCollection[Mailbox](s, mailboxSpec),
		feeds:             store.NewCollection[Feed](s, feedSpec),
		alarms:            store.NewCollection[Alarm](s, alarmSpec),
		alarmWatches:      store.NewCollection[AlarmWatch](s, alarmWatchSpec),
	}
}
