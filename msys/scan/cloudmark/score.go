package cloudmark

import (
	"math"
	"strconv"

	"github.com/gomsys/gomsys/msys/scan"
)

// Score is the answer of a scan.
type Score struct {
	// Score is from 0 to 100: the more, the surer the engine is of spam.
	Score float64
	// IsSpam says that the score exceeds MinimumScore, or that the engine
	// itself takes the mail for spam. Without a MinimumScore it is false.
	IsSpam bool
	// Category and SubCategory are the engine's, with what they mean.
	Category, CategoryDesc       string
	SubCategory, SubCategoryDesc string
	// Rescan says that another scan later may tell more.
	Rescan bool
	// Analysis is the text of the analysis header.
	Analysis string
	// RefID identifies the scan.
	RefID string
}

// defaultMinimum is where the threshold of an engine lies on the scale if
// MinimumScore is not set.
const defaultMinimum = 50

// scoreOf reads a result in Cloudmark's words, or derives what they would be.
func (c *Client) scoreOf(res *scan.Result) Score {
	d := res.Detail
	s := Score{
		Score:    c.scale(res),
		Category: d["category"], CategoryDesc: d["category-desc"],
		SubCategory: d["sub-category"], SubCategoryDesc: d["sub-category-desc"],
		Rescan: d["rescan"] == "yes", Analysis: d["analysis"], RefID: res.RefID,
	}
	if n, err := strconv.ParseFloat(d["score"], 64); err == nil {
		s.Score = clamp(n)
	}
	if c.o.MinimumScore != 0 {
		s.IsSpam = s.Score > c.o.MinimumScore || res.Spam
		if is, ok := d["is_spam"]; ok {
			s.IsSpam = is == "true"
		}
	}
	return s
}

// scale puts an engine's score on the scale from 0 to 100.
func (c *Client) scale(res *scan.Result) float64 {
	if res.Threshold == 0 {
		return clamp(res.Score)
	}
	minimum := c.o.MinimumScore
	if minimum == 0 {
		minimum = defaultMinimum
	}
	return clamp(math.Round(res.Score / res.Threshold * minimum))
}

func clamp(n float64) float64 {
	if math.IsNaN(n) {
		return 0
	}
	return min(max(n, 0), 100)
}
