package survey

import "earshot/survey/outbox"

// queues is the table of everything that documents can owe: by collection, each effect with what does it.
func (s *Service) queues() []outbox.Queue {
	return []outbox.Queue{
		outbox.NewQueue(responseSpec.Name, s.db.responses,
			outbox.Effect[*Response]{Name: effectMarkAnswered, Do: s.markAnswered},
			outbox.Effect[*Response]{Name: effectSignOfLife, Do: s.recordAnswers},
		),
		outbox.NewQueue(pulseSpec.Name, s.db.pulses,
			outbox.Effect[*Pulse]{Name: effectRun, Do: s.runPulses, Size: 1},
		),
		outbox.NewQueue(askLogSpec.Name, s.db.askLogs,
			outbox.Effect[*AskLog]{Name: effectFinishAsks, Do: s.finishAsks, Size: asksAtOnce},
		),
		outbox.NewQueue(invitationSpec.Name, s.db.invitations,
			outbox.Effect[*Invitation]{Name: effectMail, Do: s.sendMails, Size: mailBatch, Within: mailWithin},
			outbox.Effect[*Invitation]{Name: effectRemind, Do: s.sendReminders, Size: mailsAtOnce},
			outbox.Effect[*Invitation]{Name: effectBounce, Do: s.noteBounces, Size: mailsAtOnce},
			outbox.Effect[*Invitation]{Name: effectDecline, Do: s.noteDeclines, Size: mailsAtOnce},
			outbox.Effect[*Invitation]{Name: effectEndAsk, Do: s.endAsks, Size: mailsAtOnce},
		),
		outbox.NewQueue(receivedMailSpec.Name, s.db.receivedMails,
			outbox.Effect[*ReceivedMail]{Name: effectHeed, Do: s.heedMails, Size: mailsAtOnce},
			outbox.Effect[*ReceivedMail]{Name: effectForward, Do: s.forwardReplies, Size: forwardsAtOnce, Within: forwardsAtOnce * deliverWithin},
		),
		outbox.NewQueue(relaySpec.Name, s.db.relays,
			outbox.Effect[*Relay]{Name: effectCheckRelay, Do: s.checkRelay},
			outbox.Effect[*Relay]{Name: effectReleaseMails, Do: s.releaseAll},
			outbox.Effect[*Relay]{Name: effectTellAdmins, Do: s.tellAdmins, Size: 1, Within: tellAdminsWithin},
		),
		outbox.NewQueue(brakeSpec.Name, s.db.brakes,
			outbox.Effect[*Brake]{Name: effectReleaseBraked, Do: s.releaseBraked},
		),
		outbox.NewQueue(mailboxSpec.Name, s.db.mailboxes,
			outbox.Effect[*Mailbox]{Name: effectReadMailbox, Do: s.readMailbox, Size: 1, Within: mailboxWithin},
		),
		outbox.NewQueue(touchpointBatchSpec.Name, s.db.touchpointBatches,
			outbox.Effect[*TouchpointBatch]{Name: effectTell, Do: s.tellBatches, Size: batchesAtOnce},
		),
		outbox.NewQueue(feedSpec.Name, s.db.feeds,
			outbox.Effect[*Feed]{Name: effectLookAtFeed, Do: s.lookAtFeeds},
			outbox.Effect[*Feed]{Name: effectHold, Do: s.holdSilences, Within: fitWithin},
		),
		outbox.NewQueue(rhythmSpec.Name, s.db.rhythms,
			outbox.Effect[*Rhythm]{Name: effectLook, Do: s.lookAtRhythms},
			outbox.Effect[*Rhythm]{Name: effectNoteAlarms, Do: s.noteAlarms},
		),
		outbox.NewQueue(alarmSpec.Name, s.db.alarms,
			outbox.Effect[*Alarm]{Name: effectFollow, Do: s.followAlarms, Size: followedAtOnce},
		),
		outbox.NewQueue(alarmWatchSpec.Name, s.db.alarmWatches,
			outbox.Effect[*AlarmWatch]{Name: effectReview, Do: s.reviewAlarms, Size: 1, Within: fitWithin},
		),
		outbox.NewQueue(rhythmModelSpec.Name, s.db.rhythmModels,
			outbox.Effect[*RhythmModel]{Name: effectFit, Do: s.fitModels, Size: 1, Within: fitWithin},
			outbox.Effect[*RhythmModel]{Name: effectPace, Do: s.followPaces, Size: 1, Within: fitWithin},
			outbox.Effect[*RhythmModel]{Name: effectWalk, Do: s.haveRanked, Size: 1},
		),
		outbox.NewQueue(rankingSpec.Name, s.db.rankings,
			outbox.Effect[*Ranking]{Name: effectRank, Do: s.rankAnew, Size: 1, Within: fitWithin},
		),
		outbox.NewQueue(customerSpec.Name, s.db.customers,
			outbox.Effect[*Customer]{Name: effectFacts, Do: s.tellFacts},
			outbox.Effect[*Customer]{Name: effectErase, Do: s.eraseCustomers, Size: 10},
		),
		outbox.NewQueue(importSpec.Name, s.db.imports,
			outbox.Effect[*Import]{Name: effectTakeIn, Do: s.takeIn, Size: 1, Tries: takeInTries, Within: takeInWithin},
		),
	}
}

// parallel says how many batches of a queue are worked on at once: of mails as many as all relays are given, see batchesOfRelay.
func (s *Service) parallel() map[string]int {
	return map[string]int{invitationSpec.Name: batchesOfRelay * len(s.carriers), importSpec.Name: importsAtOnce}
}

// Effects is what carries out the effects: to be run, watched, and told to start dead letters again.
func (s *Service) Effects() *outbox.Runner { return s.outbox }
