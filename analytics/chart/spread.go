package chart

import (
	"cmp"
	"slices"
)

// cluster is a run of labels that touch one another.
type cluster struct {
	labels []int
	// top is where the first label begins, height what all take together.
	top, height float64
}

// spread moves the middles of labels apart so that none overlaps another, each as near to its own place as can be, all
// within low and high; the order of places is kept. Heights are those of the labels. When the room is too small the labels
// still do not overlap but run over its end: whoever calls it shows fewer then.
//
// Labels that would overlap are pooled and centred on where they all want to be, as in isotonic regression.
func spread(places, heights []float64, low, high float64) []float64 {
	order := make([]int, len(places))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(places[a], places[b]) })
	var clusters []cluster
	for _, i := range order {
		fresh := cluster{labels: []int{i}, height: heights[i]}
		fresh.place(places, heights, low, high)
		for len(clusters) > 0 {
			last := clusters[len(clusters)-1]
			if last.top+last.height <= fresh.top {
				break
			}
			fresh.labels, fresh.height = append(last.labels, fresh.labels...), last.height+fresh.height
			fresh.place(places, heights, low, high)
			clusters = clusters[:len(clusters)-1]
		}
		clusters = append(clusters, fresh)
	}
	moved := make([]float64, len(places))
	for _, c := range clusters {
		y := c.top
		for _, i := range c.labels {
			moved[i] = y + heights[i]/2
			y += heights[i]
		}
	}
	return moved
}

// place puts the cluster where its labels are nearest to their places, within low and high.
func (c *cluster) place(places, heights []float64, low, high float64) {
	sum, offset := 0.0, 0.0
	for _, i := range c.labels {
		sum += places[i] - offset - heights[i]/2
		offset += heights[i]
	}
	c.top = max(min(sum/float64(len(c.labels)), high-c.height), low)
}
