package frontend

import (
	"fmt"
	"math"
	"time"

	"earshot/survey"
)

// MailAlarm says that mail servers take no mails, and why.
type MailAlarm struct {
	// Relays are those that have a fault; Named says that there are others, so that each is told by its name.
	Relays []RelayAlarm
	Named  bool
	// Waits says that no mails go out, since Since: then Waiting wait. Else others carry the mails.
	Waits   bool
	Since   time.Time
	Waiting int
	// Try has the servers tried now that have a fault.
	Try Action
}

// RelayAlarm is the fault of a mail server.
type RelayAlarm struct {
	Name  string
	Fault survey.Fault
	// Reply is what the server said, Since when the pause began, NextAt when the server is tried next.
	Reply         string
	Since, NextAt time.Time
}

// Why words the fault.
func (a RelayAlarm) Why() string { return a.Fault.Sentence() }

// Help says what to do about it.
func (a RelayAlarm) Help() string { return a.Fault.Help() }

// RelayRow is how a mail server stands.
type RelayRow struct {
	Name string
	// Alarm is its fault; nil where it takes mails.
	Alarm *RelayAlarm
	// Backup says that it takes mails only while no other does; Part is the part of the mails that it gets as things stand, from 0 to 1.
	Backup bool
	Part   float64
	// Limits are how many mails it takes, and Used how many it was given of late.
	Limits, Used survey.MailLimits
	// WarmUpDay is which day of its warm-up it is; 0 where it is warm.
	WarmUpDay int
}

// State says in a word how it stands.
func (r RelayRow) State() said {
	switch {
	case r.Alarm != nil:
		return said{"Takes no mails", Bad}
	case r.Part == 0:
		return said{"Stands by", Neutral}
	}
	return said{"Open", Good}
}

// Share says which part of the mails it gets.
func (r RelayRow) Share() string {
	switch {
	case r.Part > 0 && r.Part < 0.01:
		return "Less than 1 % of the mails"
	case r.Part > 0:
		return fmt.Sprintf("%.0f %% of the mails", math.Round(100*r.Part))
	case r.Backup:
		return "No mails for now: it is a backup"
	}
	return "No mails for now"
}

// Bounds say how many mails it takes, and what is used of that.
func (r RelayRow) Bounds() []string {
	var lines []string
	if r.Limits.PerSecond > 0 {
		lines = append(lines, "at most "+number(r.Limits.PerSecond)+" a second")
	}
	if r.Limits.PerHour > 0 {
		lines = append(lines, number(r.Used.PerHour)+" of "+number(r.Limits.PerHour)+" an hour")
	}
	if r.Limits.PerDay > 0 {
		lines = append(lines, number(r.Used.PerDay)+" of "+number(r.Limits.PerDay)+" a day")
	}
	return lines
}
