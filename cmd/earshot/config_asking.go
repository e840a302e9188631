package main

import (
	"flag"
	"fmt"

	"earshot/survey"
)

// askingOptions say when and how many all pulses together ask.
type askingOptions struct {
	mailHours       string
	perDay, perHour int

	hours survey.Hours // mailHours, parsed
}

// define declares the options with their defaults.
func (a *askingOptions) define(fs *flag.FlagSet) {
	usual := survey.DefaultHours
	fs.StringVar(&a.mailHours, "mail-hours", fmt.Sprintf("%d-%d", usual.From, usual.To), "`hours` of the contact's day in which mails of pulses and reminders go out, such as 9-17")
	fs.IntVar(&a.perDay, "asks-per-day", 0, "`number` of people whom all pulses together ask in a day at most; 0 leaves that to each pulse's own cap")
	fs.IntVar(&a.perHour, "asks-per-hour", 0, "`number` of people whom all pulses together ask in an hour at most; 0 is no bound")
}

// check completes the options and reports what is wrong with them.
func (a *askingOptions) check(problem report) {
	h := &a.hours
	if n, err := fmt.Sscanf(a.mailHours+"\n", "%d-%d\n", &h.From, &h.To); n != 2 || err != nil || h.From < 0 || h.To > 24 || h.From >= h.To {
		problem("mail-hours", "%q is not two hours from 0 to 24, such as 9-17", a.mailHours)
	}
	if a.perDay < 0 {
		problem("asks-per-day", "%d must not be negative", a.perDay)
	}
	if a.perHour < 0 {
		problem("asks-per-hour", "%d must not be negative", a.perHour)
	}
}
