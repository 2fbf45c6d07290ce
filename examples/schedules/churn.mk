# make -f churn.mk
.PHONY: churn
churn:
	jupyter promote sweep notebooks/churn.ipynb --grid grid.yaml --output-dir runs/churn/$$(date +%F) --resume
