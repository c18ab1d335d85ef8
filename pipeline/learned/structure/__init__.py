"""What each line or sentence of a job description is: duty, demand, benefit, boilerplate ..., by a small sequence model."""
