package frontend

import "earshot/survey"

// standings are how it is said where a mail stands.
var standings = map[survey.Standing]said{
	survey.StandsPlanned:    {"Waiting", Neutral},
	survey.StandsDeferred:   {"Put off", Warning},
	survey.StandsHeld:       {"Waits for the server", Warning},
	survey.StandsPaced:      {"Waits for its turn", Neutral},
	survey.StandsBraked:     {"Held back", Warning},
	survey.StandsSending:    {"Being sent", Neutral},
	survey.StandsAccepted:   {"Sent", Good},
	survey.StandsReplied:    {"Replied to", Good},
	survey.StandsComplained: {"Reported as spam", Bad},
	survey.StandsBounced:    {"Came back", Bad},
	survey.StandsRefused:    {"Refused", Bad},
	survey.StandsUncertain:  {"Uncertain", Warning},
	survey.StandsSuppressed: {"Suppressed", Warning},
	survey.StandsStale:      {"Cancelled", Neutral},
	survey.StandsWithheld:   {"Withheld", Warning},
	survey.StandsKept:       {"Kept, not sent", Warning},
	survey.StandsLink:       {"Link handed out", Neutral},
}

func standingWords(s survey.Standing) said {
	if words, known := standings[s]; known {
		return words
	}
	return said{capitalWord(words(string(s))), Neutral}
}

// StandingName says in a word where a mail stands.
func StandingName(s survey.Standing) string { return standingWords(s).Text }

// received are how it is said what a mail is that came back.
var received = map[survey.ReceivedKind]said{
	survey.ReceivedBounce:      {"Bounce", Bad},
	survey.ReceivedDelayed:     {"Delayed", Warning},
	survey.ReceivedComplaint:   {"Spam complaint", Bad},
	survey.ReceivedAutoReply:   {"Automatic answer", Neutral},
	survey.ReceivedUnsubscribe: {"Wants no mails", Warning},
	survey.ReceivedReply:       {"Answer", Good},
	survey.ReceivedUnknown:     {"Not understood", Neutral},
}

func receivedWords(k survey.ReceivedKind) said {
	if words, known := received[k]; known {
		return words
	}
	return said{capitalWord(words(string(k))), Neutral}
}

// ReceivedName says in words what a mail is that came back.
func ReceivedName(k survey.ReceivedKind) string { return receivedWords(k).Text }

// followedWords says what followed from a mail that came back.
func followedWords(f survey.Consequence, pending bool) string {
	switch f {
	case survey.FollowedNothing:
		return "Nothing had to be done."
	case survey.FollowedEnded:
		return "The ask ended and does not count."
	case survey.FollowedAddress:
		return "The ask ended and does not count, and the address is not mailed again."
	case survey.FollowedSuppressed:
		return "They are not mailed again."
	case survey.FollowedLife:
		return "A sign of life in the customer’s timeline; they are not reminded."
	case survey.FollowedGone:
		return "What it is about was deleted."
	}
	if pending {
		return "Is being looked at."
	}
	return ""
}
