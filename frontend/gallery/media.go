package gallery

import "fmt"

// sampleChart stands in for charts, which are drawn elsewhere.
const sampleChart = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 300"><rect width="1000" height="300" fill="%s"/>` +
	`<path d="M20 250L200 210L380 220L560 160L740 140L980 70" fill="none" stroke="#0b7a91" stroke-width="4"/></svg>`

// Media are the pictures that samples show, SVG by the name under which they stand beside the samples.
func Media() map[string][]byte {
	return map[string][]byte{
		"sample-wide.svg":      fmt.Appendf(nil, sampleChart, "#ffffff"),
		"sample-wide-dark.svg": fmt.Appendf(nil, sampleChart, "#20201d"),
	}
}
