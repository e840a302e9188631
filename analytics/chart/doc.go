// Package chart draws analytics with go-chart, once, for page, API and mail alike, and is the only importer of it.
//
// One function makes one [Picture]: it lays the picture out as a list of marks, and [Picture.SVG] and [Picture.PNG] have
// go-chart's renderers draw those marks. go-chart's own charts are not used: they neither escape labels nor survive a flat
// line, one point or no point, and do not look like print.
//
// Every picture says what is measured, in which unit, of how many answers and with which interval, and carries the same
// figures as [Picture.Alt]. Colours come with dashes, marks, order and direct labels, so that nothing is lost in black
// and white or to a colour-blind reader.
package chart
