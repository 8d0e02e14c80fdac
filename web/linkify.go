package web

import "regexp"

// webAddress ends before punctuation that belongs to the sentence around the address.
const webAddress = `https?://[^\s<>"]*[^\s<>".,;:!?()\[\]{}'’”»]`

// textPart is a piece of plain text; URL is set when the piece is a web address.
type textPart struct {
	Text string
	URL  string
}

// linkify cuts a plain text into web addresses and what is between them. Joined, the parts are the text again.
func linkify(text string) []textPart {
	var parts []textPart
	end := 0
	for _, at := range regexp.MustCompile(webAddress).FindAllStringIndex(text, -1) {
		if at[0] > end {
			parts = append(parts, textPart{Text: text[end:at[0]]})
		}
		address := text[at[0]:at[1]]
		parts = append(parts, textPart{Text: address, URL: address})
		end = at[1]
	}
	if end < len(text) {
		parts = append(parts, textPart{Text: text[end:]})
	}
	return parts
}
